// Where customers' ESMEs bind.
#include "app/smpp_listener.hpp"

namespace cloudvno::app {

std::string plain_smpp_address(const Settings& settings) {
  return settings.smpp_server_allow_plain ? settings.smpp_server_address : "127.0.0.1";
}

Result<std::unique_ptr<SmppListener>> SmppListener::make(
    const Settings& settings, net::Executor control, storage::Database& database,
    cluster::Node& node, accounts::Accounts& accounts, messaging::Messaging& messaging,
    const Clock& clock) {
  auto listener = std::make_unique<SmppListener>();
  smpp_customer::Options options;
  if (settings.smpp_server_enabled && settings.smpp_server_tls_port != 0) {
    TRY_ASSIGN(listener->tls_, net::TlsServer::load(
                                   {settings.certificate_path(), settings.certificate_key_path()}));
    smpp::ServerOptions tls;
    tls.address = settings.smpp_server_address;
    tls.port = static_cast<std::uint16_t>(settings.smpp_server_tls_port);
    tls.tls = &listener->tls_->context();
    options.listeners.push_back(tls);
  }
  if (settings.smpp_server_enabled && settings.smpp_server_plain_port != 0) {
    smpp::ServerOptions plain;
    plain.address = plain_smpp_address(settings);
    plain.port = static_cast<std::uint16_t>(settings.smpp_server_plain_port);
    options.listeners.push_back(plain);
  }
  listener->customer_ = std::make_unique<smpp_customer::SmppCustomer>(
      std::move(control), database, node, accounts, messaging, clock, std::move(options));
  return listener;
}

}  // namespace cloudvno::app
