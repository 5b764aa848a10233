// Names and literal addresses, against a name server of the test's own.
#include "platform/net/resolver.hpp"

#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include "platform/net/runtime.hpp"
#include "platform/net/testing/run.hpp"

namespace cloudvno::net {
namespace {

namespace asio = boost::asio;
namespace ip = boost::asio::ip;
using namespace std::chrono_literals;

// Answers A with 192.0.2.7 and AAAA with 2001:db8::7 for "here…" (RFC 1035 section 4), NXDOMAIN for
// "gone…", and stays silent on every other name.
class NameServer {
 public:
  explicit NameServer(asio::io_context& context)
      : socket_(context, ip::udp::endpoint(ip::address_v4::loopback(), 0)) {
    asio::co_spawn(context, serve(), asio::detached);
  }
  ~NameServer() { socket_.close(); }

  std::string address() const {
    return "127.0.0.1:" + std::to_string(socket_.local_endpoint().port());
  }

 private:
  Task<> serve() {
    for (;;) {
      std::array<char, 512> query{};
      ip::udp::endpoint peer;
      const auto [error, size] = co_await socket_.async_receive_from(
          asio::buffer(query), peer, asio::as_tuple(asio::use_awaitable));
      if (error) co_return;
      const auto answer = answer_to(std::string(query.data(), size));
      if (!answer.empty()) socket_.send_to(asio::buffer(answer), peer);
    }
  }

  static std::string answer_to(const std::string& query) {
    const bool here = query.find("here") != std::string::npos;
    const bool gone = query.find("gone") != std::string::npos;
    if (!here && !gone) return {};
    const auto name_end = query.find('\0', 12);
    const auto question = query.substr(12, name_end + 5 - 12);
    const bool ipv6 = question[question.size() - 3] == 28;
    std::string out = query.substr(0, 2);
    out += gone ? "\x81\x83" : "\x81\x80";                   // answer, NXDOMAIN or no error
    out += std::string("\0\1\0", 3) + (gone ? '\0' : '\1');  // one question, one answer
    out += std::string("\0\0\0\0", 4) + question;
    if (gone) return out;
    out += std::string("\xc0\x0c\0", 3) + (ipv6 ? '\x1c' : '\1');  // the name again, type
    out += std::string("\0\1\0\0\0\x3c\0", 7);                     // IN, 60 s
    if (ipv6) {
      const auto bytes = ip::make_address_v6("2001:db8::7").to_bytes();
      return out + '\x10' + std::string(bytes.begin(), bytes.end());
    }
    return out + '\4' + std::string("\xc0\0\2\7", 4);
  }

  ip::udp::socket socket_;
};

ResolverOptions with_server(const std::string& address) {
  ResolverOptions options;
  options.servers = address;
  return options;
}

TEST(LiteralAddress, ReadsPlainAddressesAndLeavesNames) {
  EXPECT_EQ(literal_address("192.0.2.1")->value().to_string(), "192.0.2.1");
  EXPECT_EQ(literal_address("2001:db8::1")->value().to_string(), "2001:db8::1");
  for (const auto* name :
       {"localhost", "a.example", "1.example", "0x7f.example", "xn--e1afmkfd", "0x7g", "a.1b"})
    EXPECT_FALSE(literal_address(name)) << name;
}

TEST(LiteralAddress, RefusesEveryOtherSpellingOfANumber) {
  for (const auto* spelling :
       {"0177.0.0.1", "0x7f.0.0.1",  "0x7f000001", "2130706433",   "127.1", "127.0.1",
        "127.0.0.1.", "0127.0.0.1",  "127.0.0.01", "127.0.0.256",  "0",     "0x",
        "1.2.3.4.5",  "127.0.0.0x1", "08",         "fe80::1%eth0", "::1%1", "::ffff:1.2.3",
        "1:2",        "[::1]"}) {
    const auto literal = literal_address(spelling);
    ASSERT_TRUE(literal) << spelling;
    EXPECT_FALSE(literal->has_value()) << spelling;
  }
}

TEST(CaresResolver, AnswersALiteralWithoutANameServer) {
  asio::io_context context(1);
  CaresResolver resolver(context.get_executor(), with_server("127.0.0.1:9"));
  const auto addresses = testing::run(context, resolver.resolve("192.0.2.9"));
  ASSERT_TRUE(addresses);
  EXPECT_EQ(addresses->front().to_string(), "192.0.2.9");
  EXPECT_EQ(testing::run(context, resolver.resolve("2130706433")).error().code,
            Errc::invalid_parameter);
  EXPECT_EQ(testing::run(context, resolver.resolve("")).error().code, Errc::invalid_parameter);
}

TEST(CaresResolver, ReadsTheHostsFile) {
  asio::io_context context(1);
  CaresResolver resolver(context.get_executor(), with_server("127.0.0.1:9"));
  const auto addresses = testing::run(context, resolver.resolve("localhost"));
  ASSERT_TRUE(addresses) << addresses.error().detail;
  for (const auto& address : *addresses) EXPECT_TRUE(address.is_loopback());
}

TEST(CaresResolver, AsksForBothKindsOfAddress) {
  asio::io_context context(1);
  NameServer server(context);
  CaresResolver resolver(context.get_executor(), with_server(server.address()));
  auto addresses = testing::run(context, resolver.resolve("here.example"));
  ASSERT_TRUE(addresses) << addresses.error().detail;
  std::vector<std::string> texts;
  for (const auto& address : *addresses) texts.push_back(address.to_string());
  EXPECT_THAT(texts, ::testing::UnorderedElementsAre("192.0.2.7", "2001:db8::7"));
}

TEST(CaresResolver, SaysThatThereIsNoSuchName) {
  asio::io_context context(1);
  NameServer server(context);
  CaresResolver resolver(context.get_executor(), with_server(server.address()));
  EXPECT_EQ(testing::run(context, resolver.resolve("gone.example")).error().code, Errc::not_found);
}

TEST(CaresResolver, GivesUpOnASilentServer) {
  asio::io_context context(1);
  NameServer server(context);
  auto options = with_server(server.address());
  options.deadline = 20ms;
  options.running = 1;
  CaresResolver resolver(context.get_executor(), options);
  EXPECT_EQ(testing::run(context, resolver.resolve("silent.example")).error().code,
            Errc::service_unavailable);
}

TEST(CaresResolver, BoundsTheLookUpsUnderWay) {
  asio::io_context context(1);
  NameServer server(context);
  auto options = with_server(server.address());
  options.running = 1;
  CaresResolver resolver(context.get_executor(), options);
  asio::co_spawn(context, resolver.resolve("silent.example"), asio::detached);
  const auto second = testing::run(context, resolver.resolve("here.example"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().detail, "too many name look-ups");
}

TEST(CaresResolver, CanBeAwaitedFromAnotherThread) {
  Loop io("io");
  Loop caller("caller");
  NameServer server(io.context());
  CaresResolver resolver(io.executor(), with_server(server.address()));
  for (int i = 0; i < 20; ++i) {
    const auto addresses =
        asio::co_spawn(caller.executor(), resolver.resolve("here.example"), asio::use_future).get();
    ASSERT_TRUE(addresses);
    EXPECT_EQ(addresses->size(), 2U);
  }
  caller.stop();
  io.stop();
}

}  // namespace
}  // namespace cloudvno::net
