// Certificates, contexts, and a session talked to by OpenSSL's own client.
#include "platform/net/tls.hpp"

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/clock.hpp"
#include "platform/net/testing/temporary_certificate.hpp"
#include "platform/net/tls_session.hpp"

namespace cloudvno::net {
namespace {

using Status = TlsSession::Status;
using testing::TemporaryCertificate;

// The other side of a session: a client on a pair of memory BIOs.
class Peer {
 public:
  explicit Peer(SSL_CTX* ctx)
      : ssl_(SSL_new(ctx)), in_(BIO_new(BIO_s_mem())), out_(BIO_new(BIO_s_mem())) {
    SSL_set_bio(ssl_, in_, out_);
    SSL_set_connect_state(ssl_);
  }
  ~Peer() { SSL_free(ssl_); }

  SSL* ssl() { return ssl_; }
  std::string sent() {
    std::string out(BIO_ctrl_pending(out_), '\0');
    if (!out.empty()) BIO_read(out_, out.data(), static_cast<int>(out.size()));
    return out;
  }
  void receive(std::string& bytes) {
    if (!bytes.empty()) BIO_write(in_, bytes.data(), static_cast<int>(bytes.size()));
    bytes.clear();
  }

 private:
  SSL* ssl_;
  BIO* in_;
  BIO* out_;
};

struct Pair {
  TlsSession& session;
  Peer& peer;

  // Both sides in turn, `step` bytes at a time; true if both are done.
  bool shake(std::size_t step = 100000) {
    Status status = Status::need_bytes;
    for (int round = 0; round < 10; ++round) {
      const bool peer_done = SSL_do_handshake(peer.ssl()) == 1;
      const std::string bytes = peer.sent();
      for (std::size_t at = 0; at < bytes.size(); at += step) {
        session.feed(std::string_view(bytes).substr(at, step));
        status = session.handshake();
        if (status == Status::failed) {
          peer.receive(session.output());
          return false;
        }
      }
      peer.receive(session.output());
      if (peer_done && status == Status::ok) return true;
    }
    return false;
  }
};

std::shared_ptr<const TlsServer> server_of(const TemporaryCertificate& certificate,
                                           const std::string& protocol = {}) {
  return TlsServer::load(certificate.paths(), protocol).value();
}

std::shared_ptr<const TlsClient> client_of(const TemporaryCertificate& certificate) {
  return TlsClient::make(certificate.paths().certificate).value();
}

TEST(LocalCertificate, IsReadableByItsOwnerOnlyAndLastsAYear) {
  const TemporaryCertificate certificate;
  struct stat status{};
  ASSERT_EQ(stat(certificate.paths().key.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  const auto end = certificate_expiry(certificate.paths().certificate);
  ASSERT_TRUE(end);
  const auto left = *end - SystemClock().now();
  EXPECT_GT(left, std::chrono::days(364));
  EXPECT_LE(left, std::chrono::days(365));
}

TEST(LocalCertificate, SaysWhichFileCannotBeWritten) {
  const auto made = make_local_certificate({"/nowhere/a.pem", "/nowhere/a.key"}, {});
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().detail.find("/nowhere/a.key"), std::string::npos);
}

TEST(CertificateExpiry, RefusesWhatIsNoCertificate) {
  const TemporaryCertificate certificate;
  EXPECT_FALSE(certificate_expiry(certificate.paths().key));
  EXPECT_FALSE(certificate_expiry("/nowhere.pem"));
}

TEST(TlsServer, RefusesFilesThatDoNotBelongTogether) {
  const TemporaryCertificate one;
  const TemporaryCertificate two;
  EXPECT_FALSE(TlsServer::load({one.paths().certificate, two.paths().key}));
  EXPECT_FALSE(TlsServer::load({"/nowhere.pem", one.paths().key}));
  EXPECT_FALSE(TlsServer::load({one.paths().certificate, "/nowhere.key"}));
}

TEST(TlsSession, ShakesHandsWhateverTheCuts) {
  const TemporaryCertificate certificate;
  const auto server = server_of(certificate);
  const auto client = client_of(certificate);
  for (const std::size_t step : {std::size_t{1}, std::size_t{13}, std::size_t{100000}}) {
    TlsSession session(server);
    Peer peer(client->context().native_handle());
    ASSERT_TRUE(TlsClient::expect_host(peer.ssl(), "localhost"));
    EXPECT_TRUE((Pair{session, peer}.shake(step))) << step;
    EXPECT_EQ(SSL_version(peer.ssl()), TLS1_3_VERSION);
  }
}

TEST(TlsSession, CarriesBytesBothWaysAndSaysGoodbye) {
  const TemporaryCertificate certificate;
  const auto server = server_of(certificate);
  const auto client = client_of(certificate);
  TlsSession session(server);
  Peer peer(client->context().native_handle());
  ASSERT_TRUE((Pair{session, peer}.shake()));

  SSL_write(peer.ssl(), "hello", 5);
  SSL_write(peer.ssl(), "again", 5);
  const std::string sent = peer.sent();
  session.feed(sent);
  char into[100];
  auto read = session.read(into, sizeof into);
  EXPECT_EQ(std::string_view(into, read.bytes), "hello");
  read = session.read(into, 2);
  EXPECT_EQ(read.bytes, 2U);
  read = session.read(into, sizeof into);
  EXPECT_EQ(std::string_view(into, read.bytes), "ain");
  EXPECT_EQ(session.read(into, sizeof into).status, Status::need_bytes);

  const std::string large(100'000, 'x');
  EXPECT_EQ(session.write(large), Status::ok);
  session.say_goodbye();
  peer.receive(session.output());
  std::string got;
  char buffer[4096];
  int count = 0;
  while ((count = SSL_read(peer.ssl(), buffer, sizeof buffer)) > 0)
    got.append(buffer, static_cast<std::size_t>(count));
  EXPECT_EQ(got, large);
  EXPECT_EQ(SSL_get_error(peer.ssl(), count), SSL_ERROR_ZERO_RETURN);

  SSL_shutdown(peer.ssl());
  const std::string goodbye = peer.sent();
  session.feed(goodbye);
  EXPECT_EQ(session.read(into, sizeof into).status, Status::closed);
}

TEST(TlsSession, RefusesTls12) {
  const TemporaryCertificate certificate;
  const auto server = server_of(certificate);
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> old(SSL_CTX_new(TLS_client_method()),
                                                              SSL_CTX_free);
  SSL_CTX_set_max_proto_version(old.get(), TLS1_2_VERSION);
  TlsSession session(server);
  Peer peer(old.get());
  EXPECT_FALSE((Pair{session, peer}.shake()));
  EXPECT_EQ(SSL_do_handshake(peer.ssl()), -1);
  EXPECT_EQ(tls_error_text(), "tlsv1 alert protocol version");
}

TEST(TlsSession, FailsOnWhatIsNotTls) {
  const TemporaryCertificate certificate;
  const auto server = server_of(certificate);
  TlsSession session(server);
  session.feed("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(session.handshake(), Status::failed);
}

TEST(TlsClient, RefusesAnotherHostAndAnUnknownAuthority) {
  const TemporaryCertificate certificate;
  const TemporaryCertificate other;
  const auto server = server_of(certificate);
  const auto accepts = [&](const TlsClient& client, const std::string& host) {
    TlsSession session(server);
    Peer peer(client.context().native_handle());
    return TlsClient::expect_host(peer.ssl(), host) && Pair{session, peer}.shake();
  };
  const auto client = client_of(certificate);
  EXPECT_TRUE(accepts(*client, "localhost"));
  EXPECT_TRUE(accepts(*client, "localhost."));
  EXPECT_TRUE(accepts(*client, "127.0.0.1"));
  EXPECT_TRUE(accepts(*client, "::1"));
  EXPECT_TRUE(accepts(*client, "extra.example"));
  EXPECT_TRUE(accepts(*client, "192.0.2.1"));
  EXPECT_FALSE(accepts(*client, "evil.example"));
  EXPECT_FALSE(accepts(*client, "127.0.0.2"));
  EXPECT_FALSE(accepts(*client, ""));
  EXPECT_FALSE(accepts(*client_of(other), "localhost"));
  EXPECT_FALSE(accepts(*TlsClient::make().value(), "localhost"));
  EXPECT_FALSE(TlsClient::make("/nowhere.pem"));
}

TEST(TlsServer, AnswersItsOneProtocolAndRefusesOthers) {
  const TemporaryCertificate certificate;
  const auto server = server_of(certificate, "http/1.1");
  const auto client = client_of(certificate);
  const auto offer = [&](const std::string& list) {
    TlsSession session(server);
    Peer peer(client->context().native_handle());
    SSL_set_alpn_protos(peer.ssl(), reinterpret_cast<const unsigned char*>(list.data()),
                        static_cast<unsigned>(list.size()));
    if (!Pair{session, peer}.shake()) return std::string("refused");
    const unsigned char* chosen = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(peer.ssl(), &chosen, &length);
    return std::string(reinterpret_cast<const char*>(chosen), length);
  };
  EXPECT_EQ(offer("\x02h2\x08http/1.1"), "http/1.1");
  EXPECT_EQ(offer("\x02h2"), "refused");
}

}  // namespace
}  // namespace cloudvno::net
