// Building what verification needs.
#include "app/verification.hpp"

namespace cloudvno::app {

using verify::Channel;

Verification::Verification(const Settings& settings, const verify::Parts& parts,
                           OutgoingHttp& outgoing, cluster::Node& node, net::Executor control)
    : verify_(parts, node, std::move(control)) {
  if (!settings.email.host.empty()) {
    relay_ = std::make_unique<email::Relay>(relay_options(settings.email), parts.clock);
    email_ = std::make_unique<verify::EmailCarrier>(*relay_);
    verify_.add_carrier(Channel::email, true, *email_);
  }
  if (!settings.whatsapp.phone_number_id.empty()) {
    whatsapp_ = std::make_unique<whatsapp::CloudApi>(outgoing.client(),
                                                     cloud_api_options(settings.whatsapp));
    verify_.add_carrier(Channel::whatsapp, true, *whatsapp_);
  }
}

void Verification::add_simulated(verify::CodeCarrier& codes) {
  for (const auto channel : {Channel::email, Channel::whatsapp, Channel::rcs}) {
    verify_.add_carrier(channel, false, codes);
  }
}

net::Task<> Verification::stop() {
  if (relay_) relay_->stop();
  co_await verify_.stop();
}

}  // namespace cloudvno::app
