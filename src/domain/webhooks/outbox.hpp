// What bodies of other rooms write: callbacks and events, in the transaction of the state change
// that they tell of.
#pragma once

#include <string>
#include <vector>

#include "domain/webhooks/delivery.hpp"
#include "domain/webhooks/event.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::webhooks {

// Constant, so for any thread.
class Outbox {
 public:
  // `owner`: the node that brings out what is kept (cluster::Node).
  explicit Outbox(std::string owner) : owner_(std::move(owner)) {}

  // The delivery as it was kept goes to Webhooks::kept() after the commit.
  void keep(storage::Transaction& tx, const vault::Keys& keys, Delivery delivery,
            std::vector<Delivery>& kept) const;
  // The event, and a delivery for each endpoint that takes it. `event.sid` is made here.
  void record(storage::Transaction& tx, const vault::Keys& keys, Event event,
              std::vector<Delivery>& kept) const;

  const std::string& owner() const { return owner_; }

 private:
  const std::string owner_;
};

}  // namespace cloudvno::webhooks
