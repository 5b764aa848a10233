// Slow clients, slow handlers, and the server's end.
#include <gtest/gtest.h>

#include <future>

#include "platform/net/event.hpp"
#include "protocol/http_io/testing/raw_client.hpp"
#include "protocol/http_io/testing/running_server.hpp"

namespace cloudvno::http_io {
namespace {

using namespace std::chrono_literals;
using testing::RawClient;
using testing::RunningServer;

net::Task<http::Response> hello(http::Request) {
  co_return http::Response{200, {}, "hello"};
}

constexpr auto request_head = "GET / HTTP/1.1\r\nHost: a\r\n";
const std::string request = std::string(request_head) + "\r\n";

Limits quick() {
  Limits limits;
  limits.sweep_interval = 2ms;
  return limits;
}

// Waits an hour unless it is cancelled.
struct Stuck {
  Handler handler() {
    return [this](http::Request) -> net::Task<http::Response> { return wait(); };
  }
  net::Task<http::Response> wait() {
    inside.set_value();
    try {
      co_await net::sleep_for(1h);
    } catch (const boost::system::system_error&) {
      cancelled.set_value();
      throw;
    }
    co_return http::Response();
  }
  std::promise<void> inside;
  std::promise<void> cancelled;
};

TEST(ServerDeadlines, RefusesAHeadThatComesTooSlowly) {
  auto limits = quick();
  limits.head_time = 20ms;
  RunningServer server(hello, limits);
  RawClient first(server.port());
  first.send(request_head);
  EXPECT_EQ(first.read_response()->status, 408);
  EXPECT_EQ(first.read_to_end(), "");

  RawClient later(server.port());
  later.send(request);
  EXPECT_EQ(later.read_response()->status, 200);
  later.send("G");
  EXPECT_EQ(later.read_response()->status, 408);
}

TEST(ServerDeadlines, ClosesAConnectionThatSaysNothing) {
  auto limits = quick();
  limits.head_time = 20ms;
  RunningServer server(hello, limits);
  RawClient plain(server.port());
  EXPECT_EQ(plain.read_to_end(), "");
  RawClient no_handshake(server.tls_port());
  no_handshake.send("\x16\x03\x01");
  EXPECT_EQ(no_handshake.read_to_end(), "");
}

TEST(ServerDeadlines, RefusesABodyThatComesTooSlowly) {
  auto limits = quick();
  limits.body_time = 20ms;
  RunningServer server(hello, limits);
  RawClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhell");
  EXPECT_EQ(client.read_response()->status, 408);
}

TEST(ServerDeadlines, ClosesAnIdleConnectionWithoutAWord) {
  auto limits = quick();
  limits.idle_time = 20ms;
  RunningServer server(hello, limits);
  for (const bool tls : {false, true}) {
    RawClient client(tls ? server.tls_port() : server.port(), {.tls = tls});
    client.send(request);
    EXPECT_EQ(client.read_response()->status, 200);
    EXPECT_EQ(client.read_to_end(), "");
  }
}

TEST(ServerDeadlines, ClosesOnAClientThatDoesNotTakeItsAnswer) {
  auto limits = quick();
  limits.write_time = 20ms;
  RunningServer server(
      [](http::Request) -> net::Task<http::Response> {
        co_return http::Response{200, {}, std::string(10'000, 'x')};
      },
      limits);
  for (const bool tls : {false, true}) {
    RawClient client(tls ? server.tls_port() : server.port(), {.tls = tls, .receive_buffer = 4096});
    // More than the kernel holds for the client.
    for (int i = 0; i < 1000; ++i) client.send(request);
    EXPECT_TRUE(client.wait_for_close());
  }
}

TEST(ServerDeadlines, AnswersForAHandlerThatTakesTooLongAndCancelsIt) {
  auto limits = quick();
  limits.handler_time = 20ms;
  Stuck stuck;
  RunningServer server(stuck.handler(), limits);
  RawClient client(server.port());
  client.send(request);
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 503);
  EXPECT_EQ(response->headers.value("Connection"), "close");
  stuck.cancelled.get_future().get();
}

TEST(ServerDrain, LetsTheRunningRequestFinishAndClosesIdleConnections) {
  Limits limits;
  limits.drain_idle_time = 0ms;
  std::promise<void> inside;
  net::Event* gate = nullptr;
  RunningServer server(
      [&](http::Request) -> net::Task<http::Response> {
        net::Event event(co_await boost::asio::this_coro::executor);
        gate = &event;
        inside.set_value();
        co_await event.wait();
        co_return http::Response{200, {}, "finished"};
      },
      limits);
  RawClient idle(server.port());
  RawClient idle_over_tls(server.tls_port(), {.tls = true});
  RawClient half_sent(server.port());
  half_sent.send(request_head);
  RawClient running(server.port());
  running.send(request);
  inside.get_future().get();

  auto drained = boost::asio::co_spawn(server.home().executor(), server.server().drain(10s),
                                       boost::asio::use_future);
  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_EQ(idle_over_tls.read_to_end(), "");
  boost::asio::post(server.home().executor(), [&] { gate->set(); });
  const auto response = running.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "finished");
  EXPECT_EQ(response->headers.value("Connection"), "close");

  // The request that was under way when draining began is still answered.
  inside = {};
  half_sent.send("\r\n");
  inside.get_future().get();
  boost::asio::post(server.home().executor(), [&] { gate->set(); });
  EXPECT_EQ(half_sent.read_response()->headers.value("Connection"), "close");
  running.finish_sending();
  half_sent.finish_sending();
  idle.finish_sending();
  idle_over_tls.finish_sending();
  EXPECT_TRUE(drained.get());
  EXPECT_EQ(server.server().connections(), 0U);
  EXPECT_FALSE(RawClient(server.port()).connected());
}

// Longer than any test runs, so that only what the tests do ends a wait.
Limits patient() {
  Limits limits;
  limits.drain_idle_time = 60s;
  return limits;
}

TEST(ServerDrain, AnswersRequestsOnConnectionsThatWereIdleAndOnNewOnes) {
  for (const bool tls : {false, true}) {
    RunningServer server(
        [](http::Request) -> net::Task<http::Response> {
          co_return http::Response{200, {}, "answered"};
        },
        patient());
    const auto port = tls ? server.tls_port() : server.port();
    RawClient idle(port, {.tls = tls});
    idle.send(request);
    EXPECT_FALSE(idle.read_response()->headers.find("Connection")) << "it is kept open";
    auto drained = boost::asio::co_spawn(server.home().executor(), server.server().drain(60s),
                                         boost::asio::use_future);
    RawClient late(port, {.tls = tls});
    for (auto* client : {&late, &idle}) {
      client->send(request);
      const auto response = client->read_response();
      ASSERT_TRUE(response);
      EXPECT_EQ(response->body, "answered");
    }
    EXPECT_EQ(idle.read_to_end(), "");
    EXPECT_EQ(late.read_to_end(), "");
    idle.finish_sending();
    late.finish_sending();
    EXPECT_TRUE(drained.get());
  }
}

TEST(ServerDrain, AnswersEveryRequestThatWasSentAhead) {
  RunningServer server(
      [](http::Request) -> net::Task<http::Response> { co_return http::Response{200, {}, "x"}; },
      patient());
  RawClient client(server.port());
  auto drained = boost::asio::co_spawn(server.home().executor(), server.server().drain(60s),
                                       boost::asio::use_future);
  client.send(request + request + request);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(client.read_response()) << i;
  EXPECT_EQ(client.read_to_end(), "");
  client.finish_sending();
  EXPECT_TRUE(drained.get());
}

TEST(ServerSockets, KeepConnectionsWaitingForTheNextServer) {
  const auto handler = [](std::string text) {
    return [text](http::Request) -> net::Task<http::Response> {
      co_return http::Response{200, {}, text};
    };
  };
  for (const auto& [before, after] : {std::pair{1, 1}, {1, 3}, {3, 1}, {2, 2}}) {
    std::vector<int> kept;
    std::uint16_t port = 0;
    {
      RunningServer first(handler("first"), Limits(), before);
      port = first.port();
      for (const int socket : first.server().sockets()[0]) kept.push_back(::dup(socket));
      EXPECT_TRUE(first.run(first.server().drain(10s)));
    }
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 16; ++i) {
      clients.push_back(std::make_unique<RawClient>(port));
      clients.back()->send(request);
    }
    net::Loop home("home");
    ServerOptions options;
    options.endpoints = {{"127.0.0.1", 0, false, kept}};
    options.threads = after;
    Server second(std::move(options), home.executor(), handler("second"));
    ASSERT_TRUE(second.start());
    EXPECT_EQ(second.ports()[0], port);
    for (auto& client : clients) {
      const auto response = client->read_response();
      ASSERT_TRUE(response);
      EXPECT_EQ(response->body, "second");
    }
    second.stop();
  }
}

TEST(ServerDrain, EndsAtItsDeadline) {
  Stuck stuck;
  RunningServer server(stuck.handler());
  RawClient client(server.port());
  client.send(request);
  stuck.inside.get_future().get();
  EXPECT_FALSE(server.run(server.server().drain(5ms)));
}

TEST(ServerStop, CancelsTheHandlersThatStillRun) {
  Stuck stuck;
  RunningServer server(stuck.handler());
  RawClient client(server.port());
  client.send(request);
  stuck.inside.get_future().get();
  server.server().stop();
  stuck.cancelled.get_future().get();
  EXPECT_EQ(client.read_to_end(), "");
}

TEST(ServerStop, HoldsThoughTheHomeThreadHasEnded) {
  Stuck stuck;
  RunningServer server(stuck.handler());
  RawClient client(server.port());
  client.send(request);
  stuck.inside.get_future().get();
  server.home().stop();
  server.server().stop();
}

TEST(ServerStop, DropsAnswersThatComeAfterIt) {
  for (int i = 0; i < 50; ++i) {
    RunningServer server(hello);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int j = 0; j < 5; ++j) {
      clients.push_back(std::make_unique<RawClient>(server.port()));
      clients.back()->send(request);
    }
    server.server().stop();
  }
}

}  // namespace
}  // namespace cloudvno::http_io
