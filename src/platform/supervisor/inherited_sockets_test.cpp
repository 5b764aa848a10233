// Descriptors of all kinds, passed as sd_listen_fds(3) describes.
#include "platform/supervisor/inherited_sockets.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>

namespace cloudvno::supervisor {
namespace {

constexpr std::int64_t self = 4711;
constexpr int first = 200;  // where the test has put them

class InheritedSockets : public testing::Test {
 protected:
  ~InheritedSockets() override {
    for (int number = first; number < first + 4; ++number) ::close(number);
  }

  // Puts a socket at the place, listening on a free port of 127.0.0.1, and answers the port.
  static std::uint16_t listen_at(int place, int family = AF_INET) {
    const int number = ::socket(family, SOCK_STREAM, 0);
    ::listen(number, 8);  // binds to a free port of every address
    sockaddr_in6 address{};
    socklen_t size = sizeof address;
    ::getsockname(number, reinterpret_cast<sockaddr*>(&address), &size);
    ::dup2(number, place);
    ::close(number);
    return ntohs(address.sin6_port);  // at the same place as sin_port
  }

  Result<std::vector<InheritedSocket>> read() const {
    return read_inherited_sockets(
        [this](const char* name) {
          const auto found = environment_.find(name);
          return found == environment_.end() ? nullptr : found->second.c_str();
        },
        self, first);
  }

  std::map<std::string, std::string, std::less<>> environment_{
      {"LISTEN_PID", "4711"}, {"LISTEN_FDS", "1"}, {"LISTEN_FDNAMES", "https"}};
};

TEST_F(InheritedSockets, AreNoneWithoutTheVariables) {
  environment_.clear();
  EXPECT_TRUE(read()->empty());
}

TEST_F(InheritedSockets, ThatAreForAnotherProcessAreLeftAlone) {
  environment_["LISTEN_PID"] = "4712";
  listen_at(first);
  EXPECT_TRUE(read()->empty());
  EXPECT_GE(::fcntl(first, F_GETFD), 0) << "it was closed";
}

TEST_F(InheritedSockets, SayWhereTheyListen) {
  environment_["LISTEN_FDS"] = "2";
  environment_["LISTEN_FDNAMES"] = "https:http";
  const auto https = listen_at(first);
  const auto http = listen_at(first + 1, AF_INET6);
  const auto sockets = read();
  ASSERT_TRUE(sockets) << sockets.error().text;
  ASSERT_EQ(sockets->size(), 2u);
  EXPECT_EQ(sockets->front().name, "https");
  EXPECT_EQ(sockets->front().address, "0.0.0.0");
  EXPECT_EQ(sockets->front().port, https);
  EXPECT_EQ(sockets->back().name, "http");
  EXPECT_EQ(sockets->back().address, "::");
  EXPECT_EQ(sockets->back().port, http);
}

TEST_F(InheritedSockets, AreNotForChildrenAndNeverBlock) {
  listen_at(first);
  const auto sockets = read();
  ASSERT_TRUE(sockets);
  EXPECT_TRUE(::fcntl(first, F_GETFD) & FD_CLOEXEC);
  EXPECT_TRUE(::fcntl(first, F_GETFL) & O_NONBLOCK);
}

TEST_F(InheritedSockets, WithoutNamesHaveEmptyOnes) {
  environment_.erase("LISTEN_FDNAMES");
  listen_at(first);
  const auto sockets = read();
  ASSERT_TRUE(sockets);
  EXPECT_EQ(sockets->front().name, "");
}

TEST_F(InheritedSockets, RefusesWhatIsNoSocket) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::dup2(ends[0], first);
  ::close(ends[0]);
  ::close(ends[1]);
  const auto sockets = read();
  ASSERT_FALSE(sockets);
  EXPECT_THAT(sockets.error().text, testing::HasSubstr("\"https\""));
}

TEST_F(InheritedSockets, RefusesADescriptorThatIsNotThere) {
  EXPECT_FALSE(read());
}

TEST_F(InheritedSockets, RefusesAConnectedOrADatagramSocket) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  ::dup2(ends[0], first);
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_FALSE(read());
  const int datagram = ::socket(AF_INET, SOCK_DGRAM, 0);
  ::dup2(datagram, first);
  ::close(datagram);
  EXPECT_FALSE(read());
}

TEST_F(InheritedSockets, RefusesNumbersThatAreNone) {
  for (const auto* bad : {"", "-1", "1x", "257", "99999999999999999999"}) {
    environment_["LISTEN_FDS"] = bad;
    EXPECT_FALSE(read()) << bad;
  }
  environment_["LISTEN_FDS"] = "1";
  environment_["LISTEN_PID"] = "me";
  EXPECT_FALSE(read());
}

TEST(Descriptor, ClosesWhatItHoldsAndNotWhatItGaveAway) {
  const int number = ::socket(AF_INET, SOCK_STREAM, 0);
  {
    Descriptor held(number);
    const auto again = held.duplicate();
    EXPECT_NE(again.number(), number);
    EXPECT_EQ(held.release(), number);
  }
  EXPECT_GE(::fcntl(number, F_GETFD), 0);
  {
    const Descriptor held(number);
  }
  EXPECT_LT(::fcntl(number, F_GETFD), 0);
}

}  // namespace
}  // namespace cloudvno::supervisor
