// The carriers of this instance.
#include "app/carriers.hpp"

#include "app/run_and_wait.hpp"
#include "app/smpp_options.hpp"
#include "connectors/simulator/simulator.hpp"
#include "connectors/smpp_carrier/smpp_carrier.hpp"

namespace cloudvno::app {

using smpp_carrier::SmppCarrier;

struct Carriers::Impl {
  std::unique_ptr<simulator::Simulator> simulator;
  std::vector<std::unique_ptr<SmppCarrier>> links;
};

namespace {

constexpr std::size_t sandbox_window = 100;

// The simulated network listens first, since its carrier has to know the port.
Result<> start_simulator(simulator::Simulator& simulator, net::Executor control) {
  Result<> started;
  run_and_wait(control, [](simulator::Simulator& network, Result<>& result) -> net::Task<> {
    result = network.start();
    co_return;
  }(simulator, started));
  return started;
}

}  // namespace

Carriers::Carriers(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Carriers::~Carriers() = default;

verify::CodeCarrier* Carriers::simulated_codes() {
  return impl_->simulator ? &impl_->simulator->codes() : nullptr;
}

Result<std::unique_ptr<Carriers>> Carriers::make(const Settings& settings,
                                                 messaging::Messaging& messaging,
                                                 net::Resolver& resolver, const Clock& clock,
                                                 net::Executor control) {
  auto impl = std::make_unique<Impl>();
  const auto add = [&](smpp_carrier::Options options, const RouteSettings& route) {
    auto name = options.name;
    impl->links.push_back(
        std::make_unique<SmppCarrier>(control, clock, resolver, std::move(options), messaging));
    messaging::Carrier* carrier = impl->links.back().get();
    if (name == messaging::sandbox_carrier) {
      carrier = &impl->simulator->with_mms(*carrier, messaging);
    }
    messaging.add_carrier(*carrier, route_of(std::move(name), route));
  };
  if (settings.sandbox_enabled) {
    auto smsc = simulator::make_smsc_options(static_cast<std::uint16_t>(settings.sandbox_port));
    smpp_carrier::Options options;
    options.name = messaging::sandbox_carrier;
    options.host = smsc.address;
    options.system_id = smsc.system_id;
    options.password = smsc.password;
    options.window = sandbox_window;
    options.least_wait = std::chrono::milliseconds(100);
    options.dialect.message_ids = smpp_carrier::IdFormat::exact;
    impl->simulator = std::make_unique<simulator::Simulator>(
        control, clock, simulator::SimulatorOptions{std::move(smsc), settings.sandbox_link_faults});
    TRY(start_simulator(*impl->simulator, control));
    options.port = impl->simulator->local_port();
    // Its phones may be switched off or refuse: no reason to leave it.
    RouteSettings route;
    route.least_delivered = 0;
    add(std::move(options), route);
  }
  for (const auto& carrier : settings.carriers) {
    TRY_ASSIGN(auto options, smpp_options_of(carrier));
    add(std::move(options), carrier.route);
  }
  return std::unique_ptr<Carriers>(new Carriers(std::move(impl)));
}

void Carriers::mount(api::Api& api) {
  if (impl_->simulator) impl_->simulator->mount(api);
}

void Carriers::start() {
  for (auto& link : impl_->links) link->start();
}

void Carriers::release_watchers() {
  if (impl_->simulator) impl_->simulator->release_watchers();
}

net::Task<> Carriers::stop() {
  for (auto& link : impl_->links) co_await link->stop();
  if (impl_->simulator) co_await impl_->simulator->stop();
}

std::string Carriers::not_ready_because() const {
  for (const auto& link : impl_->links) {
    if (!link->is_up()) {
      return fmt::format("no link to carrier {}: {}", link->name(), link->problem());
    }
  }
  return {};
}

}  // namespace cloudvno::app
