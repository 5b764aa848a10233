// Brings codes out by the channels that have a CodeCarrier: out of the store, again after failures,
// until the verification is over.
#pragma once

#include <map>

#include "domain/verify/delivery_store.hpp"
#include "domain/verify/parts.hpp"
#include "platform/cluster/node.hpp"
#include "platform/net/runtime.hpp"

namespace cloudvno::verify {

// Lives on the control thread. At most `most_of_channel` of a channel are out, of which one account
// has at most half, so a provider that hangs holds up no other channel; the rest waits in the
// store. A code whose bringing was cut short by a crash goes again after the start.
class Deliveries {
 public:
  static constexpr std::size_t most_of_channel = 32;
  static constexpr std::size_t most_of_account = most_of_channel / 2;

  Deliveries(const Parts& parts, const Carriers& carriers, cluster::Node& node,
             net::Executor control);

  // Something new is in the store.
  void look() { look_ = true; }
  // Every tenth of a second or so.
  void tick();
  net::Task<> stop();

 private:
  bool has_room(const CodeDelivery& delivery) const;
  net::Task<> load();
  net::Task<> bring(CodeDelivery delivery);
  net::Task<Brought> bring_once(const CodeDelivery& delivery, bool& over);
  net::Task<> keep(const CodeDelivery& delivery, const Brought& brought, bool over);

  const Parts& parts_;
  const Carriers& carriers_;
  std::map<std::pair<VerificationSid, int>, CodeDelivery> out_;
  bool look_ = true;
  bool loading_ = false;
  Time looked_at_;
  net::TaskGroup tasks_;
};

}  // namespace cloudvno::verify
