// An SMSC that takes every bind, answers a submit_sm as it is told, and sends a receipt for each
// that it took and that asks. Receipts outlive their session: a later one gets them.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "loop.hpp"
#include "protocol/smpp/pdu.hpp"

namespace cloudvno::bench {

class Smsc {
 public:
  // Says how to answer a submit_sm of a session (numbered from 1); nothing: not at all.
  using Answer = std::function<std::optional<smpp::CommandStatus>(
      std::size_t session, const smpp::SubmitSm& submit, Moment now)>;

  Smsc(Loop& loop, std::uint16_t port, Answer answer);
  ~Smsc();

  // Whether receipts are sent, and how long after the submit_sm_resp.
  void set_receipts(bool on, std::chrono::milliseconds delay);
  // While it is silent it reads, and says nothing. Connections whose bind it passed over end with
  // its silence.
  void set_silent(bool silent);
  void reset_connections();
  // How long a submit_sm waits for its answer.
  void set_answer_delay(std::chrono::milliseconds delay) { answer_delay_ = delay; }
  // Sends the answers and receipts that are due; answers when the next will be.
  std::optional<Moment> tick(Moment now);

  std::size_t bound() const;                          // sessions that may send submit_sm
  std::uint64_t submits() const { return last_id_; }  // taken since the start
  std::uint64_t receipts_refused() const { return receipts_refused_; }  // and sent again

 private:
  class Session;
  struct Receipt;

  Session* receiver_for(Session& session);

  Loop& loop_;
  Answer answer_;
  std::vector<std::unique_ptr<Session>> sessions_;
  std::vector<Receipt> homeless_;  // receipts of sessions that ended
  std::size_t last_session_ = 0;
  bool silent_ = false;
  bool receipts_ = false;
  std::chrono::milliseconds receipt_delay_{0};
  std::chrono::milliseconds answer_delay_{0};
  std::uint64_t last_id_ = 0;
  std::uint64_t receipts_refused_ = 0;
  Listener listener_;
};

}  // namespace cloudvno::bench
