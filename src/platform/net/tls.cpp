// TLS contexts on OpenSSL 3.
#include "platform/net/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>

namespace cloudvno::net {
namespace asio = boost::asio;

namespace {

// One offered protocol after the other, each with its length before it.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_length,
                    const unsigned char* offered, unsigned offered_length, void* wanted) {
  const auto& name = *static_cast<const std::string*>(wanted);
  const std::string_view all(reinterpret_cast<const char*>(offered), offered_length);
  for (std::size_t at = 0; at < all.size();) {
    const auto length = static_cast<std::uint8_t>(all[at]);
    if (all.substr(at + 1, length) == name) {
      *out = offered + at + 1;
      *out_length = length;
      return SSL_TLSEXT_ERR_OK;
    }
    at += 1U + length;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

std::string tls_error_text() {
  const auto code = ERR_peek_last_error();
  const char* reason = code != 0 ? ERR_reason_error_string(code) : nullptr;
  return reason ? reason : "no reason given";
}

TlsServer::TlsServer() : context_(asio::ssl::context::tls_server) {
  auto* ctx = context_.native_handle();
  SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION);
  SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                            SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

Result<std::shared_ptr<const TlsServer>> TlsServer::load(const CertificatePaths& paths,
                                                         std::string protocol) {
  ERR_clear_error();
  std::shared_ptr<TlsServer> server(new TlsServer);
  auto* ctx = server->context_.native_handle();
  if (SSL_CTX_use_certificate_chain_file(ctx, paths.certificate.c_str()) != 1)
    return fault("certificate " + paths.certificate + ": " + tls_error_text());
  if (SSL_CTX_use_PrivateKey_file(ctx, paths.key.c_str(), SSL_FILETYPE_PEM) != 1)
    return fault("key " + paths.key + ": " + tls_error_text());
  if (SSL_CTX_check_private_key(ctx) != 1)
    return fault("key " + paths.key + " does not belong to " + paths.certificate);
  server->protocol_ = std::move(protocol);
  if (!server->protocol_.empty())
    SSL_CTX_set_alpn_select_cb(ctx, choose_protocol, &server->protocol_);
  return server;
}

TlsClient::TlsClient() : context_(asio::ssl::context::tls_client) {
  auto* ctx = context_.native_handle();
  SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION);
  SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, nullptr);
}

Result<std::shared_ptr<const TlsClient>> TlsClient::make(const std::string& more_authorities) {
  ERR_clear_error();
  std::shared_ptr<TlsClient> client(new TlsClient);
  auto* ctx = client->context_.native_handle();
  if (SSL_CTX_set_default_verify_paths(ctx) != 1)
    return fault("the system's certificate authorities: " + tls_error_text());
  if (!more_authorities.empty() && SSL_CTX_load_verify_file(ctx, more_authorities.c_str()) != 1)
    return fault("certificate authorities " + more_authorities + ": " + tls_error_text());
  return client;
}

bool TlsClient::expect_host(SSL* connection, std::string host) {
  while (host.ends_with('.')) host.pop_back();  // the root's dot is in no certificate
  SSL_set_hostflags(connection, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  boost::system::error_code no_address;
  asio::ip::make_address(host, no_address);
  if (!no_address)
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), host.c_str()) == 1;
  return !host.empty() && SSL_set1_host(connection, host.c_str()) == 1 &&
         SSL_set_tlsext_host_name(connection, host.c_str()) == 1;
}

}  // namespace cloudvno::net
