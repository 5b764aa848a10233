// Which callback may start now: pure bookkeeping, no I/O.
//
// Deliveries of one resource form a lane and go one at a time in order; a lane belongs to an
// endpoint (Delivery::endpoint); an endpoint runs at most `per_endpoint` at once, so that a dead or
// slow one holds no other back; all together run at most `in_all`. One that was answered no longer
// runs but is kept, until its outcome is in the store: it holds up its resource's order, and others
// only beyond the bounds of what is kept. An endpoint has at most `waiting_per_endpoint` in memory:
// the rest of its backlog stays in the store.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "domain/webhooks/delivery.hpp"

namespace cloudvno::webhooks {

class Lanes {
 public:
  struct Bounds {
    int per_endpoint = 32;        // running
    int per_account = 128;        // running
    int in_all = 512;             // running
    int kept_per_endpoint = 128;  // answered, and soon in the store
    int kept_per_account = 512;
    int kept_in_all = 2'048;
    std::size_t waiting_per_endpoint = 256;
  };
  Lanes() : Lanes(Bounds()) {}
  explicit Lanes(const Bounds& bounds) : bounds_(bounds) {}

  // False, and nothing is kept, where its endpoint has too many waiting.
  bool add(Delivery delivery);
  // The next that may start, now counted as running.
  std::optional<Delivery> start();
  // The endpoint has answered what start() gave.
  void answered(const Delivery& delivery);
  // What start() gave has ended, however.
  void finished(const Delivery& delivery);

  std::size_t waiting() const { return waiting_; }
  std::size_t waiting_at(ByteView endpoint) const;
  // Running or kept.
  int under_way() const { return running_ + kept_; }

 private:
  enum class Front : std::uint8_t { waits, runs, is_kept };
  struct Lane {
    std::deque<Delivery> deliveries;  // but the one that runs or is kept
    Front front = Front::waits;
  };
  struct Endpoint {
    std::map<std::string, Lane> lanes;  // by resource
    std::deque<std::string> ready;      // resources whose lane waits for a place
    std::size_t waiting = 0;
    int running = 0;
    int kept = 0;
    bool listed = false;  // stands in ready_
  };

  static std::string endpoint_of(const Delivery& delivery);
  void list_if_ready(const std::string& name, Endpoint& endpoint);

  Bounds bounds_;
  struct Account {
    int running = 0;
    int kept = 0;
  };

  bool has_share(const Account& account) const {
    return account.running < bounds_.per_account && account.kept < bounds_.kept_per_account;
  }

  std::unordered_map<AccountSid, Account> accounts_;  // that have some under way
  int running_ = 0;
  int kept_ = 0;
  std::size_t waiting_ = 0;
  std::unordered_map<std::string, Endpoint> endpoints_;
  std::deque<std::string> ready_;  // endpoints with a ready lane and a free place, served in turn
};

}  // namespace cloudvno::webhooks
