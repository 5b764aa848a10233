// The port webhooks::Sender over HTTP: to the customer's URL, guarded, within 10 seconds, no
// redirects.
#pragma once

#include "domain/webhooks/sender.hpp"
#include "protocol/http_io/client.hpp"

namespace cloudvno::webhook_client {

class WebhookClient final : public webhooks::Sender {
 public:
  // `allow_http`: the operator lets callbacks go in clear.
  WebhookClient(http_io::Client& client, bool allow_http)
      : client_(client), allow_http_(allow_http) {}

  net::Task<std::expected<http::Response, std::string>> send(
      webhooks::OutgoingCallback callback) override;

 private:
  http_io::Client& client_;
  bool allow_http_;
};

}  // namespace cloudvno::webhook_client
