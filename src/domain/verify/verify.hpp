// The front of verification: builds its parts, mounts its routes, ends what has expired.
#pragma once

#include "domain/api/api.hpp"
#include "domain/verify/deliveries.hpp"
#include "domain/verify/verify_api.hpp"

namespace cloudvno::verify {

// Lives on the control thread.
class Verify {
 public:
  // Tells `node` how its deliveries change owners, so before node.join().
  Verify(Parts parts, cluster::Node& node, net::Executor control);

  // Before the first request; it outlives this object's work: until stop().
  void add_carrier(Channel channel, bool live, CodeCarrier& carrier) {
    carriers_.set(channel, live, carrier);
  }
  void mount(api::Api& api);
  // Every tenth of a second or so.
  void tick();
  net::Task<> stop();

 private:
  void sent(Sent sent, accounts::AccountPtr account);
  net::Task<> end_expired();

  const Parts parts_;
  Carriers carriers_;
  Deliveries deliveries_;
  bool ending_ = false;
  Time ended_at_;
  net::TaskGroup tasks_;
};

}  // namespace cloudvno::verify
