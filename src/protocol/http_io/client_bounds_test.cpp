// How many requests the client lets through, and who waits.
#include <gtest/gtest.h>

#include "platform/net/run_on.hpp"
#include "protocol/http_io/testing/client_harness.hpp"
#include "protocol/http_io/testing/running_server.hpp"

namespace cloudvno::http_io {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::answer_all;
using testing::ok;
using testing::Peer;
using testing::RunningServer;
using testing::ScriptedServer;
using testing::url_of;
using Harness = testing::ClientHarness;

TEST(ClientBounds, LetsNoMoreThanItsBoundsThrough) {
  // The server waits in the first request until the test has seen the others refused.
  std::promise<void> inside;
  std::promise<void> let_go;
  ScriptedServer server([&](Peer& peer, int number) {
    if (number == 0) {
      peer.read_request();
      inside.set_value();
      let_go.get_future().wait();
      peer.send(ok);
    }
    answer_all(peer, number);
  });
  ScriptedServer other(answer_all);
  ClientOptions options;
  options.requests = 2;
  options.requests_per_host = 1;
  options.waiting = 1;
  Harness harness(options);
  auto first = harness.begin(Harness::request_to(url_of(server)));
  inside.get_future().wait();
  auto waiting = harness.begin(Harness::request_to(url_of(server)));
  // Another host is not held up by those who wait for the first.
  EXPECT_TRUE(harness.get(url_of(other)));
  const auto refused = harness.get(url_of(server));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, SendFailure::overloaded);
  let_go.set_value();
  EXPECT_TRUE(first.get());
  EXPECT_TRUE(waiting.get());
}

TEST(ClientBounds, GivesUpWaitingForRoom) {
  std::promise<void> inside;
  std::promise<void> let_go;
  ScriptedServer server([&](Peer& peer, int) {
    peer.read_request();
    inside.set_value();
    let_go.get_future().wait();
    peer.send(ok);
  });
  ClientOptions options;
  options.requests_per_host = 1;
  options.waiting_time = 5ms;
  Harness harness(options);
  auto first = harness.begin(Harness::request_to(url_of(server)));
  inside.get_future().wait();
  const auto second = harness.get(url_of(server));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, SendFailure::overloaded);
  let_go.set_value();
  EXPECT_TRUE(first.get());
}

TEST(ClientBounds, MakesRoomWhenACallerIsCancelled) {
  std::atomic<bool> answering = false;
  ScriptedServer server([&](Peer& peer, int number) {
    if (!answering) return peer.wait_for_end();
    answer_all(peer, number);
  });
  ClientOptions options;
  options.requests_per_host = 1;
  Harness harness(options);
  const auto impatient = [&]() -> net::Task<bool> {
    const auto request = Harness::request_to(url_of(server));
    const auto result = co_await net::with_deadline(harness.client.send(request), 10ms);
    co_return result.has_value();
  };
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(asio::co_spawn(harness.caller.executor(), impatient(), asio::use_future).get());
  answering = true;
  const auto result = harness.get(url_of(server));
  EXPECT_TRUE(result) << result.error().text;
}

TEST(ClientBounds, CarriesManyRequestsAtOnce) {
  RunningServer server([](http::Request request) -> net::Task<http::Response> {
    co_return http::Response{200, {}, request.path};
  });
  Harness harness;
  std::vector<std::future<SendResult>> all;
  for (int i = 0; i < 500; ++i)
    all.push_back(harness.begin(Harness::request_to(
        "http://a.example:" + std::to_string(server.port()) + "/" + std::to_string(i))));
  for (int i = 0; i < 500; ++i) {
    const auto result = all[static_cast<std::size_t>(i)].get();
    ASSERT_TRUE(result) << result.error().text;
    EXPECT_EQ(result->body, "/" + std::to_string(i));
  }
  EXPECT_LE(server.server().connections(), 16U);
}

}  // namespace
}  // namespace cloudvno::http_io
