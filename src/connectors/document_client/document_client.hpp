// The port voice::Documents over HTTP: an application's documents and sounds, from guarded
// addresses, no redirects.
#pragma once

#include "domain/voice/documents.hpp"
#include "protocol/http_io/client.hpp"

namespace cloudvno::document_client {

class DocumentClient final : public voice::Documents {
 public:
  // `allow_http`: the operator lets requests to customers go in clear.
  DocumentClient(http_io::Client& client, bool allow_http)
      : client_(client), allow_http_(allow_http) {}

  net::Task<std::expected<http::Response, voice::DocumentFailure>> fetch(
      voice::DocumentRequest request) override;

 private:
  http_io::Client& client_;
  const bool allow_http_;
};

}  // namespace cloudvno::document_client
