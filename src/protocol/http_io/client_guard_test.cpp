// What the client refuses to reach and to trust.
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "platform/net/testing/temporary_certificate.hpp"
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

TEST(ClientTls, FollowsAServerToItsNewCertificate) {
  RunningServer server([](http::Request) -> net::Task<http::Response> {
    co_return http::Response{200, {}, "hello"};
  });
  const net::testing::TemporaryCertificate renewed;
  Harness harness({}, renewed.paths().certificate);
  const auto url = "https://localhost:" + std::to_string(server.tls_port()) + "/";
  EXPECT_FALSE(harness.get(url));
  server.server().use_certificate(net::TlsServer::load(renewed.paths(), "http/1.1").value());
  const auto result = harness.get(url);
  EXPECT_TRUE(result) << result.error().text;
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

}  // namespace
}  // namespace cloudvno::http_io
