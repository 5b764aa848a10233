// Requests to customers' servers: resolver, guard, clients and the ports of webhooks, media and
// documents of calls on them, on the thread `outgoing`.
#pragma once

#include <memory>

#include "app/settings.hpp"
#include "connectors/document_client/document_client.hpp"
#include "connectors/media_client/media_client.hpp"
#include "connectors/webhook_client/webhook_client.hpp"
#include "platform/net/address_guard.hpp"
#include "platform/net/resolver.hpp"
#include "platform/net/tls.hpp"
#include "protocol/http_io/client.hpp"

namespace cloudvno::app {

class OutgoingHttp {
 public:
  static Result<std::unique_ptr<OutgoingHttp>> make(const Settings& settings, net::Executor io);

  webhooks::Sender& sender() { return webhook_client_; }
  messaging::MediaSource& media() { return media_client_; }
  voice::Documents& documents() { return document_client_; }
  // For a provider that the operator set.
  http_io::Client& client() { return interactive_; }
  net::Resolver& resolver() { return resolver_; }
  const net::AddressGuard& guard() const { return guard_; }

 private:
  OutgoingHttp(const Settings& settings, std::vector<net::AddressRange> allowed,
               std::shared_ptr<const net::TlsClient> tls, net::Executor io);

  net::AddressGuard guard_;
  net::CaresResolver resolver_;
  http_io::Client client_;
  http_io::Client large_;        // so that media take no place of callbacks
  http_io::Client interactive_;  // somebody waits on a line: these take no place behind either
  webhook_client::WebhookClient webhook_client_;
  media_client::MediaClient media_client_;
  document_client::DocumentClient document_client_;
};

}  // namespace cloudvno::app
