// The front of the simulated phone network.
#include "connectors/simulator/simulator.hpp"

#include "base/random.hpp"
#include "connectors/simulator/simulator_api.hpp"

namespace cloudvno::simulator {
namespace {

// Far enough apart that ids of two starts do not meet, and short enough to read.
std::uint64_t random_first_id() {
  constexpr std::uint64_t least = 1'000'000'000'000;
  return least + random_u64() % (9 * least);
}

}  // namespace

SmscOptions make_smsc_options(std::uint16_t port) {
  SmscOptions options;
  options.port = port;
  options.system_id = "sandbox";
  constexpr std::size_t password_bytes = 4;  // hexadecimal, of the 8 characters that SMPP allows
  options.password = to_hex(random_bytes(password_bytes));
  return options;
}

Simulator::Simulator(net::Executor control, const Clock& clock, SimulatorOptions options)
    : control_(control),
      clock_(clock),
      link_faults_(options.link_faults),
      network_(random_first_id(), clock.now()),
      codes_(network_, clock),
      watchers_(control, clock),
      smsc_(control, clock, std::move(options.smsc), network_) {
  network_.conversations().on_change([this](const Pair& pair) { watchers_.changed(pair); });
}

messaging::Carrier& Simulator::with_mms(messaging::Carrier& sms,
                                        messaging::CarrierListener& listener) {
  mms_ = std::make_unique<MmsCenter>(control_, clock_, network_, sms, listener,
                                     [this] { smsc_.pump(); });
  smsc_.on_pump([this] { mms_->pump(); });
  return *mms_;
}

void Simulator::mount(api::Api& api) {
  codes_.mount(api);
  mount_handsets(api, {network_, watchers_, clock_, [this] { smsc_.pump(); }, link_faults_});
}

Result<> Simulator::start() {
  return smsc_.start();
}

net::Task<> Simulator::stop() {
  watchers_.close();
  if (mms_) co_await mms_->stop();
  co_await smsc_.stop();
}

}  // namespace cloudvno::simulator
