// TLS 1.3 contexts (RFC 8446) and certificates; nothing older is spoken.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace cloudvno::net {

struct CertificatePaths {
  std::string certificate;  // PEM, with its chain
  std::string key;          // PEM, without passphrase
};

// What a listener shows its clients. Constant after load: shared by all its threads.
class TlsServer {
 public:
  // `protocol` is the one name answered to a client that offers some by ALPN (RFC 7301), as
  // "http/1.1"; a client that offers only others is refused. Empty: offers are ignored.
  // Fails with a detail for the operator that names the file at fault.
  static Result<std::shared_ptr<const TlsServer>> load(const CertificatePaths& paths,
                                                       std::string protocol = {});

  // Asio takes it non-const, but only counts references.
  boost::asio::ssl::context& context() const { return context_; }

 private:
  TlsServer();

  mutable boost::asio::ssl::context context_;
  std::string protocol_;
};

// Verifies servers against the system's authorities and, where given, those of one PEM file more.
class TlsClient {
 public:
  static Result<std::shared_ptr<const TlsClient>> make(const std::string& more_authorities = {});

  boost::asio::ssl::context& context() const { return context_; }
  // Before the handshake: the name that the certificate has to carry, also sent as SNI; an IP
  // address is checked as such and not sent. False if OpenSSL takes it for neither.
  static bool expect_host(SSL* connection, std::string host);

 private:
  TlsClient();

  mutable boost::asio::ssl::context context_;
};

// Writes a self-signed certificate with a P-256 key, valid one year, for localhost, 127.0.0.1, ::1
// and `names` (host names or addresses). The key file can be read by its owner only. Existing files
// are replaced.
Result<> make_local_certificate(const CertificatePaths& paths,
                                const std::vector<std::string>& names);

// When the first certificate of a PEM file ends.
Result<Time> certificate_expiry(const std::string& path);

// What OpenSSL last complained about in this thread; holds no key and nothing of a peer.
std::string tls_error_text();

}  // namespace cloudvno::net
