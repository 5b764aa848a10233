// An SMSC that takes every bind and submit_sm at once, and sends a receipt for each that asks.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger.hpp"
#include "loop.hpp"

namespace cloudvno::bench {

class Smsc {
 public:
  Smsc(Loop& loop, Ledger& ledger, std::uint16_t port);
  ~Smsc();

  // Whether receipts are sent, and how long after the submit_sm_resp.
  void set_receipts(bool on, std::chrono::milliseconds delay);
  // Sends the receipts that are due; answers when the next will be.
  std::optional<Moment> tick(Moment now);

  std::size_t bound() const;                          // sessions that may send submit_sm
  std::uint64_t submits() const { return last_id_; }  // taken since the start
  std::uint64_t receipts_refused() const { return receipts_refused_; }  // and sent again

 private:
  class Session;
  struct Receipt;

  Session* receiver_for(Session& session);

  Loop& loop_;
  Ledger& ledger_;
  std::vector<std::unique_ptr<Session>> sessions_;
  bool receipts_ = false;
  std::chrono::milliseconds receipt_delay_{0};
  std::uint64_t last_id_ = 0;
  std::uint64_t receipts_refused_ = 0;
  Listener listener_;
};

}  // namespace cloudvno::bench
