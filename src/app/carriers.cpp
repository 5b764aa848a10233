// The carriers of this instance.
#include "app/carriers.hpp"

#include "connectors/smpp_carrier/smpp_carrier.hpp"
#include "platform/net/tls.hpp"

namespace cloudvno::app {

struct Carriers::Impl {
  std::vector<std::unique_ptr<smpp_carrier::SmppCarrier>> links;
};

Carriers::Carriers(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Carriers::~Carriers() = default;

Result<std::unique_ptr<Carriers>> Carriers::make(const Settings& settings,
                                                 messaging::Messaging& messaging,
                                                 net::Resolver& resolver, const Clock& clock,
                                                 net::Executor control) {
  auto impl = std::make_unique<Impl>();
  for (const auto& carrier : settings.carriers) {
    smpp_carrier::Options options;
    options.name = carrier.name;
    options.host = carrier.host;
    options.port = static_cast<std::uint16_t>(carrier.port);
    if (carrier.tls) {
      TRY_ASSIGN(options.tls, net::TlsClient::make(settings.webhooks_ca_file));
    }
    options.system_id = carrier.system_id;
    options.password = carrier.password;
    options.system_type = carrier.system_type;
    options.window = static_cast<std::size_t>(carrier.window);
    options.price_per_part = Money::parse(carrier.price_per_part);
    impl->links.push_back(std::make_unique<smpp_carrier::SmppCarrier>(
        control, clock, resolver, std::move(options), messaging));
    messaging.add_carrier(*impl->links.back());
  }
  return std::unique_ptr<Carriers>(new Carriers(std::move(impl)));
}

void Carriers::mount(api::Api&, const vault::Vault&) {}

Result<> Carriers::start() {
  for (auto& link : impl_->links) link->start();
  return {};
}

net::Task<> Carriers::stop() {
  for (auto& link : impl_->links) co_await link->stop();
}

std::string Carriers::not_ready_because() const {
  for (const auto& link : impl_->links) {
    if (!link->is_up())
      return fmt::format("no link to carrier {}: {}", link->name(), link->problem());
  }
  return {};
}

}  // namespace cloudvno::app
