// From the HTTP client's failures to the codes that an application's author looks up.
#include "connectors/document_client/failure.hpp"

#include <openssl/x509_vfy.h>

namespace cloudvno::document_client {
namespace {

// The client's sentence ends with OpenSSL's words for what is wrong with a certificate.
int tls_code(std::string_view text) {
  if (!text.starts_with("The certificate was refused")) return tls_handshake;
  const auto says = [&](long verdict) {
    return text.find(X509_verify_cert_error_string(verdict)) != std::string_view::npos;
  };
  if (says(X509_V_ERR_HOSTNAME_MISMATCH) || says(X509_V_ERR_IP_ADDRESS_MISMATCH)) {
    return certificate_host;
  }
  if (says(X509_V_ERR_CERT_HAS_EXPIRED)) return certificate_expired;
  return certificate_chain;
}

}  // namespace

voice::DocumentFailure failure_of(const http::SendError& error) {
  using enum http::SendFailure;
  switch (error.kind) {
    case bad_request:
      return {retrieval, error.text, false};
    case overloaded:  // of this platform: nothing was sent
      return {retrieval, error.text, true};
    case dns_failure:
      return {host_name, error.text, true};
    case refused_address:
      return {host_name, error.text, false};
    case connect_failure:
    case connect_timeout:
      return {connection, error.text, true};
    case tls_failure:
      return {tls_code(error.text), error.text, false};
    case closed_early:
    case response_timeout:
      return {connection, error.text, false};
    case response_too_large:
      return {too_large, error.text, false};
    case protocol_error:
      return {protocol, error.text, false};
  }
  return {retrieval, error.text, false};
}

}  // namespace cloudvno::document_client
