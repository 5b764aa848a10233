// The client against servers that behave, and against those that do not.
#include "protocol/http_io/client.hpp"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <future>

#include "platform/net/address_guard.hpp"
#include "platform/net/event.hpp"
#include "platform/net/run_on.hpp"
#include "platform/net/runtime.hpp"
#include "platform/net/testing/temporary_certificate.hpp"
#include "platform/net/tls.hpp"
#include "protocol/http_io/testing/fake_resolver.hpp"
#include "protocol/http_io/testing/running_server.hpp"
#include "protocol/http_io/testing/scripted_server.hpp"

namespace cloudvno::http_io {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::FakeResolver;
using testing::Peer;
using testing::RunningServer;
using testing::ScriptedServer;

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

net::AddressGuard only_this_host() {
  return net::AddressGuard({*net::AddressRange::parse("127.0.0.1")});
}

// A client on a thread of its own; requests are awaited from another.
struct Harness {
  explicit Harness(ClientOptions options = {}, const std::string& authority = {})
      : client(io.executor(), resolver, guard, net::TlsClient::make(authority).value(), options) {}
  ~Harness() {
    caller.stop();
    io.stop();
  }

  std::future<SendResult> begin(OutgoingRequest request) {
    return asio::co_spawn(caller.executor(), client.send(std::move(request)), asio::use_future);
  }
  SendResult send(OutgoingRequest request) { return begin(std::move(request)).get(); }
  SendResult get(const std::string& url) { return send(request_to(url)); }

  static OutgoingRequest request_to(const std::string& url) {
    OutgoingRequest request;
    request.url = http::Url::parse(url).value();
    return request;
  }

  FakeResolver resolver;
  net::AddressGuard guard = only_this_host();
  net::Loop io{"io"};
  net::Loop caller{"caller"};
  Client client;
};

std::string url_of(const ScriptedServer& server, const std::string& scheme = "http") {
  return scheme + "://a.example:" + std::to_string(server.port()) + "/hook?x=1";
}

void answer_all(Peer& peer, int) {
  while (!peer.read_request().empty()) peer.send(ok);
}

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

TEST(ClientGuard, RefusesEverySpellingOfAnInnerAddress) {
  ScriptedServer server(answer_all);
  Harness harness;
  harness.guard = net::AddressGuard();
  const auto port = ":" + std::to_string(server.port()) + "/";
  for (const auto* host :
       {"127.0.0.1", "127.1", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "127.0.0.1.",
        "[::1]", "[::ffff:127.0.0.1]", "[::]", "0.0.0.0", "0", "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]", "169.254.169.254", "name.example"}) {
    const auto result = harness.get("http://" + std::string(host) + port);
    ASSERT_FALSE(result) << host;
    EXPECT_TRUE(result.error().kind == SendFailure::refused_address ||
                result.error().kind == SendFailure::dns_failure)
        << host;
  }
  EXPECT_EQ(server.accepted(), 0);
}

TEST(ClientGuard, ConnectsOnlyToAnAddressItHasJudged) {
  // A name that alternates between an allowed address and one that is not, on the same port.
  ScriptedServer allowed([](Peer& peer, int) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  });
  ScriptedServer inner(answer_all,
                       {.certificate = {}, .address = "127.0.0.2", .port = allowed.port()});
  Harness harness;
  harness.resolver.answer = [](int number) -> Result<net::Addresses> {
    return net::Addresses{asio::ip::make_address(number % 2 == 0 ? "127.0.0.1" : "127.0.0.2")};
  };
  int answered = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto result = harness.get(url_of(allowed));
    if (result) {
      ++answered;
    } else {
      EXPECT_EQ(result.error().kind, SendFailure::refused_address);
    }
  }
  EXPECT_EQ(answered, 500);
  EXPECT_EQ(harness.resolver.asked, 1000);
  EXPECT_EQ(inner.accepted(), 0);
}

TEST(ClientGuard, LeavesOutTheRefusedOnesOfSeveralAddresses) {
  ScriptedServer allowed(answer_all);
  ScriptedServer inner(answer_all,
                       {.certificate = {}, .address = "127.0.0.2", .port = allowed.port()});
  Harness harness;
  harness.resolver.answer = [](int) -> Result<net::Addresses> {
    return net::Addresses{asio::ip::make_address("127.0.0.2"), asio::ip::make_address("127.0.0.1")};
  };
  EXPECT_TRUE(harness.get(url_of(allowed)));
  EXPECT_EQ(inner.accepted(), 0);
}

TEST(ClientGuard, RefusesAPortThatIsNotListed) {
  ClientOptions options;
  options.ports = {443};
  Harness harness(options);
  const auto result = harness.get("http://a.example:22/");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, SendFailure::refused_address);
  EXPECT_EQ(harness.resolver.asked, 0);
}

TEST(ClientTls, RefusesCertificatesAndVersionsThatCannotBeTrusted) {
  const net::testing::TemporaryCertificate certificate;
  ScriptedServer good(answer_all, {.certificate = certificate.paths()});
  ScriptedServer old(answer_all,
                     {.certificate = certificate.paths(), .most_tls_version = TLS1_2_VERSION});
  ScriptedServer plain([](Peer& peer, int) {
    peer.read_some();
    peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
  });
  const auto port = [](const ScriptedServer& server) {
    return ":" + std::to_string(server.port());
  };
  Harness trusting({}, certificate.paths().certificate);
  EXPECT_TRUE(trusting.get("https://extra.example" + port(good)));
  EXPECT_TRUE(trusting.get("https://127.0.0.1" + port(good)));

  const auto other_name = trusting.get("https://other.example" + port(good));
  ASSERT_FALSE(other_name);
  EXPECT_EQ(other_name.error().kind, SendFailure::tls_failure);
  EXPECT_EQ(other_name.error().text, "The certificate was refused: hostname mismatch.");

  const auto too_old = trusting.get("https://extra.example" + port(old));
  ASSERT_FALSE(too_old);
  EXPECT_EQ(too_old.error().kind, SendFailure::tls_failure);
  EXPECT_EQ(too_old.error().text, "The server does not speak TLS 1.3.");

  const auto no_tls = trusting.get("https://extra.example" + port(plain));
  ASSERT_FALSE(no_tls);
  EXPECT_EQ(no_tls.error().kind, SendFailure::tls_failure);

  Harness doubting;
  const auto unknown = doubting.get("https://extra.example" + port(good));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().text, "The certificate was refused: self-signed certificate.");
}

TEST(ClientTls, TakesABodyThatWasCutOffForNoWholeAnswer) {
  const net::testing::TemporaryCertificate certificate;
  ScriptedServer server(
      [](Peer& peer, int number) {
        peer.read_request();
        peer.send("HTTP/1.1 200 OK\r\n\r\nhel");
        if (number == 0) peer.reset();
      },
      {.certificate = certificate.paths()});
  Harness harness({}, certificate.paths().certificate);
  const auto cut = harness.get(url_of(server, "https").replace(8, 9, "localhost"));
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().kind, SendFailure::closed_early);
  const auto whole = harness.get(url_of(server, "https").replace(8, 9, "localhost"));
  ASSERT_TRUE(whole) << whole.error().text;
  EXPECT_EQ(whole->body, "hel");
}

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
