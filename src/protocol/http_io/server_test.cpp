// The server as its clients see it.
#include "protocol/http_io/server.hpp"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <boost/asio/post.hpp>
#include <deque>
#include <future>
#include <thread>

#include "platform/net/event.hpp"
#include "protocol/http/testing/bad_requests.hpp"
#include "protocol/http_io/testing/raw_client.hpp"
#include "protocol/http_io/testing/running_server.hpp"

namespace cloudvno::http_io {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::RawClient;
using testing::RunningServer;

const RawClient::Options over_tls{.tls = true};

// Says back what it was asked.
net::Task<http::Response> echo(http::Request request) {
  http::Response response;
  response.headers.add("Content-Type", "text/plain");
  response.body = request.method + " " + request.path + " " + request.query + " " + request.body;
  co_return response;
}

std::string get(const std::string& path, const std::string& fields = {}) {
  return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

// A handler that waits until it is let go, or cancelled.
struct Gate {
  net::Task<http::Response> handle(http::Request) {
    ++entered;
    inside.set_value();
    try {
      for (;;) co_await net::sleep_for(1h);
    } catch (const boost::system::system_error&) {
      cancelled.set_value();
      throw;
    }
  }
  Handler handler() {
    return [this](http::Request request) { return handle(std::move(request)); };
  }
  std::atomic<int> entered = 0;
  std::promise<void> inside;
  std::promise<void> cancelled;
};

TEST(Server, AnswersARequestThroughTheHomeThread) {
  std::thread::id home;
  std::thread::id handled;
  http::Request seen;
  RunningServer server([&](http::Request request) -> net::Task<http::Response> {
    handled = std::this_thread::get_id();
    seen = request;
    return echo(std::move(request));
  });
  asio::co_spawn(
      server.home().executor(),
      [&]() -> net::Task<> {
        home = std::this_thread::get_id();
        co_return;
      },
      asio::use_future)
      .get();
  RawClient client(server.port());
  client.send("POST /a/b?c=d HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "POST /a/b c=d hello");
  EXPECT_TRUE(response->headers.find("Date"));
  EXPECT_EQ(response->headers.value("Content-Type"), "text/plain");
  EXPECT_FALSE(response->headers.find("Server"));
  EXPECT_FALSE(response->headers.find("Connection"));
  EXPECT_EQ(handled, home);
  EXPECT_EQ(seen.peer, "127.0.0.1");
  EXPECT_FALSE(seen.encrypted);
}

TEST(Server, AnswersOverTls) {
  bool encrypted = false;
  RunningServer server([&](http::Request request) -> net::Task<http::Response> {
    encrypted = request.encrypted;
    return echo(std::move(request));
  });
  RawClient client(server.tls_port(), over_tls);
  ASSERT_TRUE(client.connected());
  for (int i = 0; i < 3; ++i) {
    client.send(get("/" + std::to_string(i)));
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->body, "GET /" + std::to_string(i) + "  ");
  }
  EXPECT_TRUE(encrypted);
}

TEST(Server, SpeaksNothingOlderThanTls13) {
  RunningServer server(echo);
  EXPECT_FALSE(
      RawClient(server.tls_port(), {.tls = true, .most_tls_version = TLS1_2_VERSION}).connected());
  RawClient plain(server.tls_port());
  plain.send(get("/"));
  EXPECT_EQ(plain.read_to_end().find("HTTP"), std::string::npos);
}

TEST(Server, TakesTenThousandRequestsOnOneConnection) {
  RunningServer server(echo);
  for (const bool tls : {false, true}) {
    RawClient client(tls ? server.tls_port() : server.port(), {.tls = tls});
    for (int i = 0; i < 10'000; ++i) {
      const auto path = "/" + std::to_string(i);
      client.send(get(path));
      const auto response = client.read_response();
      ASSERT_TRUE(response) << i;
      ASSERT_EQ(response->body, "GET " + path + "  ");
    }
  }
}

TEST(Server, AnswersPipelinedRequestsInTheirOrder) {
  // The earlier a request, the longer it takes.
  RunningServer server([](http::Request request) -> net::Task<http::Response> {
    const int number = std::stoi(request.path.substr(1));
    co_await net::sleep_for(number % 7 == 0 ? 1ms : 0ms);
    http::Response response;
    response.body = request.path;
    co_return response;
  });
  for (const bool tls : {false, true}) {
    RawClient client(tls ? server.tls_port() : server.port(), {.tls = tls});
    std::string all;
    for (int i = 0; i < 300; ++i)
      all += get("/" + std::to_string(i), "X: " + std::string(100, 'x') + "\r\n");
    client.send(all);
    for (int i = 0; i < 300; ++i) {
      const auto response = client.read_response();
      ASSERT_TRUE(response) << i;
      EXPECT_EQ(response->body, "/" + std::to_string(i));
    }
  }
}

TEST(Server, KeepsOrClosesTheConnectionAsAsked) {
  RunningServer server(echo);
  RawClient closing(server.port());
  closing.send(get("/", "Connection: close\r\n"));
  EXPECT_NE(closing.read_to_end().find("Connection: close\r\n"), std::string::npos);

  RawClient old(server.port());
  old.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_NE(old.read_to_end().find("Connection: close\r\n"), std::string::npos);

  RawClient staying(server.port());
  for (int i = 0; i < 2; ++i) {
    staying.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(staying.read_response()->headers.value("Connection"), "keep-alive");
  }

  RawClient half(server.port());
  half.send(get("/half"));
  half.finish_sending();
  EXPECT_NE(half.read_to_end().find("GET /half"), std::string::npos);
}

TEST(Server, AnswersHeadWithoutABody) {
  RunningServer server(echo);
  RawClient client(server.port());
  client.send("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n" + get("/y"));
  const auto head = client.read_response(true);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->headers.value("Content-Length"), "9");
  EXPECT_EQ(client.read_response()->body, "GET /y  ");
}

TEST(Server, TellsAWaitingClientToContinue) {
  RunningServer server(echo);
  RawClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_some(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hi");
  EXPECT_EQ(client.read_response()->body, "POST /  hi");
  client.send(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_response()->status, 413);
}

TEST(Server, RefusesEveryBadRequestAndCloses) {
  std::atomic<int> handled = 0;
  RunningServer server([&](http::Request request) -> net::Task<http::Response> {
    ++handled;
    return echo(std::move(request));
  });
  for (const auto& bad : http::testing::bad_requests()) {
    for (const bool tls : {false, true}) {
      RawClient client(tls ? server.tls_port() : server.port(), {.tls = tls});
      client.send(bad.bytes);
      const auto response = client.read_response();
      ASSERT_TRUE(response) << bad.what;
      EXPECT_EQ(response->status, bad.status) << bad.what;
      EXPECT_EQ(response->headers.value("Content-Type"), "application/json");
      EXPECT_EQ(response->headers.value("Connection"), "close");
      EXPECT_TRUE(response->body.starts_with(R"({"error":{"code":")")) << response->body;
      EXPECT_EQ(client.read_to_end(), "") << bad.what;
    }
  }
  EXPECT_EQ(handled, 0);
}

TEST(Server, RefusesInTheFormThatItIsGiven) {
  net::Loop home("home");
  ServerOptions options;
  options.endpoints = {{}};
  options.refuse = [](int status, std::string_view reason) {
    return http::Response{status, {}, "no: " + std::string(reason)};
  };
  Server server(options, home.executor(), echo);
  ASSERT_TRUE(server.start());
  RawClient client(server.ports()[0]);
  client.send("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.read_response()->body, "no: The method is not served here.");
}

TEST(Server, TurnsAHandlersExceptionInto500) {
  RunningServer server([](http::Request request) -> net::Task<http::Response> {
    if (request.path == "/now") throw std::runtime_error("secret");
    co_await net::sleep_for(0ms);
    throw std::runtime_error("secret");
  });
  RawClient client(server.port());
  for (const auto* path : {"/now", "/later"}) {
    client.send(get(path));
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 500);
    EXPECT_NE(response->body.find("internal_error"), std::string::npos);
    EXPECT_EQ(response->body.find("secret"), std::string::npos);
  }
}

TEST(Server, LeavesOutAFieldThatWouldForgeAnother) {
  RunningServer server([](http::Request) -> net::Task<http::Response> {
    http::Response response;
    response.headers.add("X-Echo", "a\r\nSet-Cookie: stolen");
    response.headers.add("Connection", "close");
    co_return response;
  });
  RawClient client(server.port());
  client.send(get("/"));
  const auto bytes = client.read_to_end();
  EXPECT_EQ(bytes.find("Set-Cookie"), std::string::npos);
  EXPECT_NE(bytes.find("Connection: close"), std::string::npos);
}

TEST(Server, CarriesLargeBodiesBothWays) {
  Limits limits;
  limits.body_bytes = 8 * 1024 * 1024;
  RunningServer server(
      [](http::Request request) -> net::Task<http::Response> {
        http::Response response;
        response.body = std::move(request.body);
        co_return response;
      },
      limits);
  std::string body;
  for (std::uint32_t i = 0; body.size() < 5'000'000; i = i * 1664525 + 1013904223)
    body += static_cast<char>(i >> 24);
  for (const bool tls : {false, true}) {
    RawClient client(tls ? server.tls_port() : server.port(), {.tls = tls, .receive_buffer = 8192});
    for (int i = 0; i < 2; ++i) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) +
                  "\r\n\r\n");
      client.send(body);
      const auto response = client.read_response();
      ASSERT_TRUE(response);
      EXPECT_TRUE(response->body == body);
    }
  }
}

TEST(Server, ServesManyConnectionsOnSeveralThreads) {
  RunningServer server(echo, {}, 2);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 200; ++i)
    clients.push_back(std::make_unique<RawClient>(i % 4 == 0 ? server.tls_port() : server.port(),
                                                  RawClient::Options{.tls = i % 4 == 0}));
  for (int round = 0; round < 5; ++round) {
    for (auto& client : clients) client->send(get("/" + std::to_string(round)));
    for (auto& client : clients) {
      const auto response = client->read_response();
      ASSERT_TRUE(response);
      EXPECT_EQ(response->body, "GET /" + std::to_string(round) + "  ");
    }
  }
  EXPECT_EQ(server.server().connections(), 200U);
}

TEST(Server, ClosesConnectionsBeyondItsLimit) {
  Limits limits;
  limits.connections = 1;
  RunningServer server(echo, limits);
  RawClient first(server.port());
  first.send(get("/"));
  ASSERT_TRUE(first.read_response());
  RawClient second(server.port());
  const auto refused = second.read_response();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503);
  EXPECT_TRUE(refused->headers.find("Retry-After"));
  EXPECT_FALSE(RawClient(server.tls_port(), over_tls).connected());
  first.send(get("/"));
  EXPECT_TRUE(first.read_response());
}

TEST(Server, RefusesRequestsBeyondThoseThatRun) {
  Limits limits;
  limits.running = 1;
  limits.waiting = 0;
  Gate gate;
  RunningServer server(gate.handler(), limits);
  RawClient first(server.port());
  first.send(get("/"));
  gate.inside.get_future().wait();
  RawClient second(server.port());
  std::string pipelined;
  for (int i = 0; i < 500; ++i) pipelined += get("/");
  second.send(pipelined);
  for (int i = 0; i < 500; ++i) {
    const auto refused = second.read_response();
    ASSERT_TRUE(refused) << i;
    EXPECT_EQ(refused->status, 503);
  }
  EXPECT_EQ(gate.entered, 1);
}

// Admits all but "/heavy" while `overloaded`, and keeps an eye on what it gave.
struct Admission {
  std::atomic<bool> overloaded = true;
  std::shared_ptr<int> place = std::make_shared<int>();

  Admit admit() {
    return [this](const http::Request& request) -> std::shared_ptr<const void> {
      if (overloaded && request.path == "/heavy") return nullptr;
      return place;
    };
  }
};

TEST(Server, RefusesWhatIsNotAdmittedWithoutAskingTheHandler) {
  Admission admission;
  std::atomic<int> handled = 0;
  std::atomic<long> held = 0;
  const auto count = [&](http::Request request) -> net::Task<http::Response> {
    ++handled;
    held = admission.place.use_count() - 1;
    co_return co_await echo(std::move(request));
  };
  Limits limits;
  limits.waiting = 0;
  RunningServer server(count, limits, 1, admission.admit());
  RawClient client(server.port());
  const auto status_of = [&](const std::string& path) {
    client.send(get(path));
    const auto response = client.read_response();
    return response ? response->status : 0;
  };
  EXPECT_EQ(status_of("/heavy"), 503);
  EXPECT_EQ(status_of("/light"), 200);
  EXPECT_EQ(handled, 1);
  admission.overloaded = false;
  EXPECT_EQ(status_of("/heavy"), 200);  // on the same connection
  EXPECT_EQ(held, 1);
  server.server().stop();
  EXPECT_EQ(admission.place.use_count(), 1);
}

TEST(Server, LetsRequestsWaitUntilTheyAreAdmitted) {
  Admission admission;
  Limits limits;
  limits.waiting = 2;
  limits.waiting_time = 1h;
  RunningServer server(echo, limits, 1, admission.admit());
  std::deque<RawClient> clients;
  for (int i = 0; i < 3; ++i) {
    clients.emplace_back(server.port());
    // The second's answer says that the first waits by now.
    clients.back().send(get("/heavy"));
    RawClient other(server.port());
    other.send(get("/light"));
    ASSERT_EQ(other.read_response()->status, 200);
  }
  EXPECT_EQ(clients[2].read_response()->status, 503);
  admission.overloaded = false;
  for (const auto i : {0U, 1U}) EXPECT_EQ(clients[i].read_response()->status, 200) << i;
}

TEST(Server, RefusesWhatHasWaitedForTooLong) {
  Admission admission;
  Limits limits;
  limits.waiting_time = std::chrono::milliseconds(20);
  RunningServer server(echo, limits, 1, admission.admit());
  RawClient client(server.port());
  client.send(get("/heavy") + get("/light") + get("/heavy"));
  for (const int status : {503, 200, 503}) EXPECT_EQ(client.read_response()->status, status);
}

TEST(Server, ReadsALittleLaterFromAConnectionWhoseRequestWasNotAdmitted) {
  Admission admission;
  Limits limits;
  limits.waiting = 0;
  limits.pause_time = std::chrono::milliseconds(50);
  RunningServer server(echo, limits, 1, admission.admit());
  for (const bool tls : {false, true}) {
    auto client = tls ? RawClient(server.tls_port(), over_tls) : RawClient(server.port());
    client.send(get("/heavy"));
    ASSERT_EQ(client.read_response()->status, 503);
    const auto refused_at = std::chrono::steady_clock::now();
    client.send(get("/light"));
    ASSERT_EQ(client.read_response()->status, 200);
    // What the client knows of comes a moment after the pause has begun.
    EXPECT_GE(std::chrono::steady_clock::now() - refused_at, limits.pause_time / 2);
    client.send(get("/light"));
    EXPECT_EQ(client.read_response()->status, 200);
  }
}

TEST(Server, GivesBackThePlaceOfARequestThatTookTooLong) {
  Admission admission;
  Limits limits;
  limits.handler_time = std::chrono::milliseconds(20);
  limits.sweep_interval = std::chrono::milliseconds(5);
  Gate gate;
  RunningServer server(gate.handler(), limits, 1, admission.admit());
  RawClient client(server.port());
  client.send(get("/light"));
  ASSERT_EQ(client.read_response()->status, 503);
  // The handler's end was posted before this.
  for (int i = 0; i < 10'000 && admission.place.use_count() > 1; ++i) {
    server.run([]() -> net::Task<int> { co_return 0; }());
  }
  EXPECT_EQ(admission.place.use_count(), 1);
}

TEST(Server, FailsToStartWhereItCannotListen) {
  RunningServer server(echo);
  net::Loop home("home");
  for (const int threads : {1, 2}) {
    ServerOptions options;
    options.endpoints = {{"127.0.0.1", server.port(), false}};
    options.threads = threads;
    Server second(options, home.executor(), echo);
    const auto started = second.start();
    ASSERT_FALSE(started);
    EXPECT_NE(started.error().detail.find("Address already in use"), std::string::npos);
  }
  for (const Endpoint& bad : {Endpoint{"localhost", 0, false}, Endpoint{"127.0.0.1", 0, true}}) {
    ServerOptions options;
    options.endpoints = {bad};
    Server second(options, home.executor(), echo);
    EXPECT_FALSE(second.start());
  }
}

TEST(Server, ListensOnIpv6) {
  net::Loop home("home");
  ServerOptions options;
  options.endpoints = {{"::", 0, false}};
  std::string peer;
  Server server(options, home.executor(), [&](http::Request request) {
    peer = request.peer;
    return echo(std::move(request));
  });
  ASSERT_TRUE(server.start());
  RawClient client(server.ports()[0]);
  client.send(get("/"));
  EXPECT_TRUE(client.read_response());
  EXPECT_EQ(peer, "127.0.0.1");
}

}  // namespace
}  // namespace cloudvno::http_io
