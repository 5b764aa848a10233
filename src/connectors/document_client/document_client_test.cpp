// Documents from servers that customers run, broken ones and hostile ones.
#include "connectors/document_client/document_client.hpp"

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "connectors/document_client/failure.hpp"
#include "platform/net/testing/temporary_certificate.hpp"
#include "protocol/http_io/testing/client_harness.hpp"

namespace cloudvno::document_client {
namespace {

using namespace std::chrono_literals;
using http_io::testing::ClientHarness;
using http_io::testing::Peer;
using http_io::testing::ScriptedServer;
using http_io::testing::url_of;
using voice::DocumentFailure;
using voice::DocumentRequest;
using Answer = std::expected<http::Response, DocumentFailure>;

DocumentRequest request_to(std::string url) {
  DocumentRequest request;
  request.url = std::move(url);
  return request;
}

Answer fetch(ClientHarness& harness, DocumentRequest request, bool allow_http = true) {
  DocumentClient client(harness.client, allow_http);
  return boost::asio::co_spawn(harness.caller.executor(), client.fetch(std::move(request)),
                               boost::asio::use_future)
      .get();
}
Answer fetch(DocumentRequest request, bool allow_http = true) {
  ClientHarness harness;
  return fetch(harness, std::move(request), allow_http);
}

// What a server that answers so comes to.
Answer answered(const std::string& bytes) {
  ScriptedServer server([&](Peer& peer, int) {
    peer.read_request();
    peer.send(bytes);
  });
  return fetch(request_to(url_of(server)));
}

void expect_failure(const Answer& got, int code, bool may_pass) {
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, code) << got.error().text;
  EXPECT_EQ(got.error().may_pass, may_pass) << got.error().text;
  EXPECT_FALSE(got.error().text.empty());
}

TEST(DocumentClient, SendsWhatItWasToldAndAnswersWhatCame) {
  std::string seen;
  ScriptedServer server([&](Peer& peer, int) {
    seen = peer.read_request();
    peer.send(
        "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nSet-Cookie: a=b\r\nContent-Length: 11"
        "\r\n\r\n<Response/>");
  });
  auto request = request_to(url_of(server));
  request.headers.add("X-Twilio-Signature", "abc");
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  request.body = "CallSid=CA1";
  const auto got = fetch(std::move(request));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->body, "<Response/>");
  EXPECT_EQ(got->headers.value("Set-Cookie"), "a=b");
  EXPECT_TRUE(seen.starts_with("POST /hook?x=1 HTTP/1.1\r\n")) << seen;
  EXPECT_TRUE(seen.contains("X-Twilio-Signature: abc\r\n"));
  EXPECT_TRUE(seen.ends_with("\r\n\r\nCallSid=CA1"));
}

TEST(DocumentClient, LeavesStatusesAndRedirectsToTheCaller) {
  for (const auto* const status : {"302 Found", "404 Not Found", "503 Busy"}) {
    const auto got = answered("HTTP/1.1 " + std::string(status) +
                              "\r\nLocation: http://169.254.169.254/\r\nContent-Encoding: gzip"
                              "\r\nContent-Length: 0\r\n\r\n");
    ASSERT_TRUE(got);
    EXPECT_EQ(std::to_string(got->status), std::string(status).substr(0, 3));
  }
}

TEST(DocumentClient, RefusesUrlsThatAreNone) {
  for (const auto* const url : {"", "ftp://a.example/", "http://", "http://user@a.example/"}) {
    expect_failure(fetch(request_to(url)), bad_url, false);
  }
}

TEST(DocumentClient, GoesInClearOnlyWhereTheOperatorLetsIt) {
  const auto got = fetch(request_to("http://a.example/"), false);
  expect_failure(got, bad_url, false);
  EXPECT_TRUE(got.error().text.contains("https"));
}

TEST(DocumentClient, GoesNowhereThatTheGuardRefuses) {
  expect_failure(fetch(request_to("http://169.254.169.254/latest/")), host_name, false);
  expect_failure(fetch(request_to("http://[::ffff:169.254.169.254]/")), host_name, false);
}

TEST(DocumentClient, TellsThatTheHostIsNotThere) {
  ClientHarness harness;
  harness.resolver.answer = [](int) { return fault("no such name", Errc::not_found); };
  expect_failure(fetch(harness, request_to("http://a.example/")), host_name, true);
}

TEST(DocumentClient, TellsThatNobodyListens) {
  std::uint16_t port = 0;
  {
    const ScriptedServer server([](Peer&, int) {});
    port = server.port();
  }
  expect_failure(fetch(request_to(fmt::format("http://a.example:{}/", port))), connection, true);
}

TEST(DocumentClient, TellsThatTheConnectionWasLost) {
  ScriptedServer server([](Peer& peer, int) {
    peer.read_request();
    peer.reset();
  });
  expect_failure(fetch(request_to(url_of(server))), connection, false);
  expect_failure(answered("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"), connection, false);
}

TEST(DocumentClient, WaitsNoLongerThanTheRequestSays) {
  std::promise<void> over;
  ScriptedServer server([&](Peer& peer, int) {
    peer.read_request();
    over.get_future().wait();
  });
  auto request = request_to(url_of(server));
  request.timeout = 50ms;
  const auto got = fetch(std::move(request));
  over.set_value();
  expect_failure(got, connection, false);
}

// A connection is TCP and TLS: here TLS never begins.
TEST(DocumentClient, WaitsForAConnectionNoLongerThanTheRequestSays) {
  ScriptedServer server([](Peer& peer, int) { peer.wait_for_end(); });
  auto request = request_to(url_of(server, "https"));
  request.connect_timeout = 50ms;
  expect_failure(fetch(std::move(request)), connection, true);
}

TEST(DocumentClient, HoldsNoMoreThanItWasTold) {
  const auto sized = [](std::size_t size) {
    ScriptedServer server([&](Peer& peer, int) {
      peer.read_request();
      peer.send("HTTP/1.1 200 OK\r\n\r\n" + std::string(size, 'x'));
    });
    auto request = request_to(url_of(server));
    request.most_bytes = 1'000;
    return fetch(std::move(request));
  };
  EXPECT_TRUE(sized(1'000));
  expect_failure(sized(1'001), too_large, false);
}

TEST(DocumentClient, TellsWhatIsNotHttp) {
  expect_failure(answered("SSH-2.0-OpenSSH_9.2\r\n\r\n"), protocol, false);
  expect_failure(
      answered("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx"), protocol,
      false);
}

// One server with a certificate for localhost, and what its clients make of it.
class DocumentClientTls : public ::testing::Test {
 protected:
  Answer ask(const std::string& host, bool trusted, int most_version = 0) {
    ScriptedServer::Options options;
    options.certificate = certificate_.paths();
    options.most_tls_version = most_version;
    ScriptedServer server(http_io::testing::answer_all, options);
    ClientHarness harness({}, trusted ? certificate_.paths().certificate : std::string());
    const auto got =
        fetch(harness, request_to(fmt::format("https://{}:{}/", host, server.port())), false);
    return got;
  }

  net::testing::TemporaryCertificate certificate_;
};

TEST_F(DocumentClientTls, FetchesOverTls) {
  EXPECT_TRUE(ask("localhost", true));
}

TEST_F(DocumentClientTls, TellsWhatIsWrongWithTheCertificate) {
  expect_failure(ask("a.example", true), certificate_host, false);
  expect_failure(ask("localhost", false), certificate_chain, false);
  // The words in which the client says it, since no certificate of a test is out of date.
  const auto expired =
      failure_of({http::SendFailure::tls_failure,
                  fmt::format("The certificate was refused: {}.",
                              X509_verify_cert_error_string(X509_V_ERR_CERT_HAS_EXPIRED)),
                  false});
  EXPECT_EQ(expired.code, certificate_expired);
}

TEST_F(DocumentClientTls, TellsThatTheHandshakeFailed) {
  expect_failure(ask("localhost", true, TLS1_2_VERSION), tls_handshake, false);
  ScriptedServer plain([](Peer& peer, int) { peer.send("HTTP/1.1 400 No\r\n\r\n"); });
  expect_failure(fetch(request_to(url_of(plain, "https"))), tls_handshake, false);
}

TEST(DocumentFailureOf, GivesEveryFailureACode) {
  using enum http::SendFailure;
  EXPECT_EQ(failure_of({overloaded, "Too many.", false}).may_pass, true);
  EXPECT_EQ(failure_of({overloaded, "Too many.", false}).code, retrieval);
  EXPECT_EQ(failure_of({bad_request, "No.", false}).code, retrieval);
}

}  // namespace
}  // namespace cloudvno::document_client
