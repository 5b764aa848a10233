// A supervisor's socket, and what comes to it.
#include "platform/supervisor/notifier.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <map>

namespace cloudvno::supervisor {
namespace {

class NotifierTest : public testing::Test {
 protected:
  NotifierTest() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socklen_t size = sizeof(sa_family_t);  // the kernel chooses an abstract name
    ::bind(socket_.number(), reinterpret_cast<sockaddr*>(&address), size);
    size = sizeof address;
    ::getsockname(socket_.number(), reinterpret_cast<sockaddr*>(&address), &size);
    environment_["NOTIFY_SOCKET"] =
        "@" + std::string(address.sun_path + 1, size - offsetof(sockaddr_un, sun_path) - 1);
  }

  Notifier notifier(std::int64_t self = 1) const {
    return Notifier(
        [this](const char* name) {
          const auto found = environment_.find(name);
          return found == environment_.end() ? nullptr : found->second.c_str();
        },
        self);
  }

  // The next datagram; a descriptor that comes with it is put into passed_.
  std::string next() {
    char text[512];
    iovec piece{text, sizeof text};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const auto size = ::recvmsg(socket_.number(), &message, MSG_DONTWAIT);
    if (const cmsghdr* header = size < 0 ? nullptr : CMSG_FIRSTHDR(&message)) {
      int number = -1;
      std::memcpy(&number, CMSG_DATA(header), sizeof number);
      passed_ = Descriptor(number);
    }
    return size < 0 ? "nothing" : std::string(text, static_cast<std::size_t>(size));
  }

  Descriptor socket_{::socket(AF_UNIX, SOCK_DGRAM, 0)};
  Descriptor passed_;
  std::map<std::string, std::string, std::less<>> environment_;
};

TEST_F(NotifierTest, TellsOfReadinessOnOneLine) {
  notifier().ready("listens on\nhttps");
  EXPECT_EQ(next(), "READY=1\nSTATUS=listens on https");
}

TEST_F(NotifierTest, TellsOfTheEndAndOfARestart) {
  notifier().stopping();
  EXPECT_EQ(next(), "STOPPING=1\nSTATUS=answering what runs");
  notifier().restarting();
  EXPECT_THAT(next(), testing::StartsWith("RELOADING=1\nMONOTONIC_USEC="));
}

TEST_F(NotifierTest, GivesASocketIntoKeepingAndTakesItBack) {
  const Descriptor listener(::socket(AF_INET, SOCK_STREAM, 0));
  notifier().keep(listener, "kept-https");
  EXPECT_EQ(next(), "FDSTORE=1\nFDNAME=kept-https");
  EXPECT_GE(passed_.number(), 0);
  notifier().forget("kept-https");
  EXPECT_EQ(next(), "FDSTOREREMOVE=1\nFDNAME=kept-https");
}

TEST_F(NotifierTest, ShowsItIsAliveTwiceInTheTimeThatIsWaited) {
  environment_["WATCHDOG_USEC"] = "30000000";
  EXPECT_EQ(notifier().alive_every(), std::chrono::seconds(15));
  environment_["WATCHDOG_PID"] = "2";
  EXPECT_EQ(notifier().alive_every(), std::nullopt) << "another process is watched";
  notifier().alive();
  EXPECT_EQ(next(), "WATCHDOG=1");
}

TEST_F(NotifierTest, IsSilentWithoutASupervisor) {
  environment_.clear();
  EXPECT_FALSE(notifier().has_supervisor());
  notifier().ready("");
  EXPECT_EQ(next(), "nothing");
}

TEST_F(NotifierTest, LeavesAloneANameThatIsNone) {
  for (const auto& bad : {std::string("relative"), std::string(), "/" + std::string(200, 'x')}) {
    environment_["NOTIFY_SOCKET"] = bad;
    EXPECT_FALSE(notifier().has_supervisor()) << bad;
  }
}

TEST_F(NotifierTest, DoesNotWaitForASupervisorThatDoesNotRead) {
  const auto told = notifier();
  for (int i = 0; i < 10'000; ++i) told.alive();  // more than its socket holds
  EXPECT_EQ(next(), "WATCHDOG=1");
}

}  // namespace
}  // namespace cloudvno::supervisor
