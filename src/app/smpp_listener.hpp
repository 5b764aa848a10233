// Where customers' ESMEs bind: the settings [smpp_server] as a connector.
#pragma once

#include <memory>
#include <string>

#include "app/settings.hpp"
#include "connectors/smpp_customer/smpp_customer.hpp"
#include "platform/net/tls.hpp"

namespace cloudvno::app {

class SmppListener {
 public:
  // After the HTTP listener, which makes the local certificate where none is there.
  static Result<std::unique_ptr<SmppListener>> make(const Settings& settings, net::Executor control,
                                                    storage::Database& database,
                                                    cluster::Node& node,
                                                    accounts::Accounts& accounts,
                                                    messaging::Messaging& messaging,
                                                    const Clock& clock);

  // On the control thread.
  Result<> start() { return customer_->start(); }
  net::Task<> stop() { return customer_->stop(); }

 private:
  std::shared_ptr<const net::TlsServer> tls_;
  std::unique_ptr<smpp_customer::SmppCustomer> customer_;
};

// Where the plain listener listens.
std::string plain_smpp_address(const Settings& settings);

}  // namespace cloudvno::app
