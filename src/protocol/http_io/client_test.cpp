// The client against servers that behave, and against those that do not.
#include "protocol/http_io/client.hpp"

#include <gtest/gtest.h>

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

TEST(Client, SendsARequestAndReadsItsAnswer) {
  std::string seen;
  ScriptedServer server([&](Peer& peer, int) {
    seen = peer.read_request();
    peer.send("HTTP/1.1 201 Created\r\nX: y\r\nContent-Length: 5\r\n\r\nhello");
  });
  Harness harness;
  auto request = Harness::request_to(url_of(server));
  request.method = "POST";
  request.headers.add("Content-Type", "a/b");
  request.body = "body";
  const auto result = harness.send(request);
  ASSERT_TRUE(result) << result.error().text;
  EXPECT_EQ(result->status, 201);
  EXPECT_EQ(result->body, "hello");
  EXPECT_EQ(result->headers.value("x"), "y");
  EXPECT_EQ(seen, "POST /hook?x=1 HTTP/1.1\r\nHost: a.example:" + std::to_string(server.port()) +
                      "\r\nContent-Type: a/b\r\nContent-Length: 4\r\n\r\nbody");
}

TEST(Client, SpeaksToOurServerOverTls) {
  RunningServer server([](http::Request request) -> net::Task<http::Response> {
    co_return http::Response{200, {}, request.method + (request.encrypted ? " tls" : " plain")};
  });
  Harness harness({}, server.authority());
  for (int i = 0; i < 20; ++i) {
    const auto result =
        harness.get("https://extra.example:" + std::to_string(server.tls_port()) + "/");
    ASSERT_TRUE(result) << result.error().text;
    EXPECT_EQ(result->body, "GET tls");
  }
  EXPECT_EQ(harness.resolver.asked, 1);
  EXPECT_EQ(server.server().connections(), 1U);
}

TEST(Client, KeepsAConnectionForTheNextRequest) {
  ScriptedServer server(answer_all);
  Harness harness;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(harness.get(url_of(server)));
  EXPECT_EQ(server.accepted(), 1);
  EXPECT_EQ(harness.resolver.asked, 1);
  harness.client.close_idle();
}

TEST(Client, KeepsNoConnectionThatTheServerWantsClosed) {
  ScriptedServer server([](Peer& peer, int) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    peer.wait_for_end();
  });
  Harness harness;
  EXPECT_TRUE(harness.get(url_of(server)));
  EXPECT_TRUE(harness.get(url_of(server)));
  EXPECT_EQ(server.accepted(), 2);
}

TEST(Client, ClosesAKeptConnectionAfterItsIdleTime) {
  std::promise<void> ended;
  ScriptedServer server([&](Peer& peer, int) {
    peer.read_request();
    peer.send(ok);
    peer.wait_for_end();
    ended.set_value();
  });
  ClientOptions options;
  options.idle_time = 5ms;
  Harness harness(options);
  EXPECT_TRUE(harness.get(url_of(server)));
  EXPECT_EQ(ended.get_future().wait_for(9s), std::future_status::ready);
}

TEST(Client, NoticesThatAKeptConnectionWasClosed) {
  // The first connection ends right after its answer, in either way.
  std::promise<void> closed;
  ScriptedServer server([&](Peer& peer, int number) {
    if (number == 0) {
      peer.read_request();
      peer.send(ok);
      peer.reset();
      closed.set_value();
    } else {
      answer_all(peer, number);
    }
  });
  Harness harness;
  EXPECT_TRUE(harness.get(url_of(server)));
  closed.get_future().wait();
  auto post = Harness::request_to(url_of(server));
  post.method = "POST";
  const auto result = harness.send(post);
  EXPECT_TRUE(result) << result.error().text;
}

TEST(Client, SendsAgainOnlyWhatMayBeSentTwice) {
  // Takes the second request of a connection and closes without an answer.
  ScriptedServer server([](Peer& peer, int) {
    peer.read_request();
    peer.send(ok);
    peer.read_request();
  });
  Harness harness;
  EXPECT_TRUE(harness.get(url_of(server)));
  EXPECT_TRUE(harness.get(url_of(server)));
  EXPECT_EQ(server.accepted(), 2);
  auto post = Harness::request_to(url_of(server));
  post.method = "POST";
  const auto result = harness.send(post);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, SendFailure::closed_early);
  EXPECT_TRUE(result.error().reached);
}

TEST(Client, HandsARedirectOnWithoutFollowingIt) {
  ScriptedServer server([](Peer& peer, int) {
    peer.read_request();
    peer.send(
        "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n");
    peer.wait_for_end();
  });
  Harness harness;
  const auto result = harness.get(url_of(server));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 302);
  EXPECT_EQ(server.accepted(), 1);
}

struct Misbehaviour {
  const char* what;
  SendFailure kind;
  ScriptedServer::Script script;
};

TEST(Client, SaysHowAServerMisbehaved) {
  const auto sends = [](std::string bytes) {
    return [bytes = std::move(bytes)](Peer& peer, int) {
      peer.read_request();
      peer.send(bytes);
    };
  };
  const auto endless = [](std::string start, std::string more) {
    return [start = std::move(start), more = std::move(more)](Peer& peer, int) {
      peer.read_request();
      peer.send(start);
      for (int i = 0; i < 10'000'000 && peer.send(more); ++i) {
      }
    };
  };
  const std::string head = "HTTP/1.1 200 OK\r\n";
  const Misbehaviour all[] = {
      {"closes at once", SendFailure::closed_early, [](Peer&, int) {}},
      {"closes after the request", SendFailure::closed_early, sends("")},
      {"closes within the head", SendFailure::closed_early, sends(head + "Content-")},
      {"closes within the body", SendFailure::closed_early,
       sends(head + "Content-Length: 5\r\n\r\nhi")},
      {"closes within a chunk", SendFailure::closed_early,
       sends(head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhi")},
      {"resets", SendFailure::closed_early,
       [](Peer& peer, int) {
         peer.read_request();
         peer.reset();
       }},
      {"speaks something else", SendFailure::protocol_error, sends("220 mail.example ESMTP\r\n")},
      {"answers HTTP/2", SendFailure::protocol_error, sends("HTTP/2 200\r\n\r\n")},
      {"sends both lengths", SendFailure::protocol_error,
       sends(head + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")},
      {"sends endless header fields", SendFailure::response_too_large, endless(head, "X: y\r\n")},
      {"sends one endless header field", SendFailure::response_too_large,
       endless(head + "X: ", std::string(1000, 'x'))},
      {"sends endless interim answers", SendFailure::protocol_error,
       endless("", "HTTP/1.1 100 Continue\r\n\r\n")},
      {"announces a huge body", SendFailure::response_too_large,
       sends(head + "Content-Length: 1073741824\r\n\r\n")},
      {"sends an endless body", SendFailure::response_too_large,
       endless(head + "\r\n", std::string(10'000, 'x'))},
      {"sends endless chunks", SendFailure::response_too_large,
       endless(head + "Transfer-Encoding: chunked\r\n\r\n",
               "1000\r\n" + std::string(4096, 'x') + "\r\n")},
      {"never answers", SendFailure::response_timeout,
       [](Peer& peer, int) { peer.wait_for_end(); }},
      {"stops within its answer", SendFailure::response_timeout,
       [head](Peer& peer, int) {
         peer.read_request();
         peer.send(head);
         peer.wait_for_end();
       }},
  };
  for (const auto& misbehaviour : all) {
    ScriptedServer server(misbehaviour.script);
    Harness harness;
    auto request = Harness::request_to(url_of(server));
    if (misbehaviour.kind == SendFailure::response_timeout) request.timeout = 30ms;
    const auto result = harness.send(request);
    ASSERT_FALSE(result) << misbehaviour.what;
    EXPECT_EQ(name_of(result.error().kind), name_of(misbehaviour.kind)) << misbehaviour.what;
    EXPECT_FALSE(result.error().text.empty());
    EXPECT_EQ(result.error().text.find("127.0.0.1"), std::string::npos);
  }
}

TEST(Client, ReadsAnAnswerThatComesBeforeTheRequestIsThrough) {
  ScriptedServer server([](Peer& peer, int) {
    peer.read_some();
    peer.send("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
    peer.wait_for_end();
  });
  Harness harness;
  auto request = Harness::request_to(url_of(server));
  request.method = "POST";
  request.body = std::string(1'000'000, 'x');
  const auto result = harness.send(request);
  ASSERT_TRUE(result) << result.error().text;
  EXPECT_EQ(result->status, 413);
}

TEST(Client, RefusesWhatCannotBeSent) {
  Harness harness;
  auto request = Harness::request_to("http://a.example/");
  request.headers.add("X", "a\r\nHost: b");
  const auto result = harness.send(request);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, SendFailure::bad_request);
}

TEST(Client, SaysThatNobodyListens) {
  std::uint16_t port = 0;
  {
    port = ScriptedServer(answer_all).port();
  }
  Harness harness;
  const auto result = harness.get("http://a.example:" + std::to_string(port) + "/");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, SendFailure::connect_failure);
  EXPECT_FALSE(result.error().reached);
}

TEST(Client, SaysThatThereIsNoSuchHost) {
  Harness harness;
  harness.resolver.answer = [](int) -> Result<net::Addresses> {
    return fault("there is no such name", Errc::not_found);
  };
  const auto result = harness.get("http://a.example/");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, SendFailure::dns_failure);
}

TEST(Client, TriesTheNextAddress) {
  ScriptedServer server(answer_all);
  Harness harness;
  harness.guard = net::AddressGuard({*net::AddressRange::parse("127.0.0.0/8")});
  harness.resolver.answer = [](int) -> Result<net::Addresses> {
    return net::Addresses{asio::ip::make_address("127.0.0.9"), asio::ip::make_address("127.0.0.1")};
  };
  EXPECT_TRUE(harness.get(url_of(server)));
}

}  // namespace
}  // namespace cloudvno::http_io
