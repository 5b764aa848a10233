// The carriers of this instance that are reached over HTTP, and the pages where they reach us:
// /carriers/NAME/receipts and /carriers/NAME/inbound, maybe with a secret behind.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/settings.hpp"
#include "base/clock.hpp"
#include "domain/messaging/messaging.hpp"
#include "platform/net/resolver.hpp"
#include "protocol/http/message.hpp"

namespace cloudvno::http_carrier {
class HttpCarrier;
}

namespace cloudvno::app {

// Lives on the control thread; its carriers are added to the engine when it is made, and send on
// `io`.
class HttpCarriers {
 public:
  static Result<std::unique_ptr<HttpCarriers>> make(const Settings& settings,
                                                    messaging::Messaging& messaging,
                                                    net::Resolver& resolver, const Clock& clock,
                                                    net::Executor control, net::Executor io);
  ~HttpCarriers();

  void start();
  net::Task<> stop();
  // Empty, or which carrier has no link.
  std::string not_ready_because() const;

  static bool owns(const http::Request& request);
  net::Task<http::Response> receive(http::Request request);

 private:
  explicit HttpCarriers(std::vector<std::unique_ptr<http_carrier::HttpCarrier>> carriers);

  std::vector<std::unique_ptr<http_carrier::HttpCarrier>> carriers_;
};

}  // namespace cloudvno::app
