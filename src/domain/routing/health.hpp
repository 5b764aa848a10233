// What a carrier's link, answers and receipts say of it.
//
//   good ──link down 2 s, silent 10 s, slow, too few delivered──▶ left ──30 s──▶ probing ──3
//   good──▶ good
//                                                                  ▲───────one bad───┘
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/time.hpp"

namespace cloudvno::routing {

enum class Standing { good, probing, left };

// Bookkeeping without I/O; `now` is Clock::elapsed(), which no setting of a clock moves.
class Health {
 public:
  static constexpr std::chrono::seconds down_for{2};     // a link may be made anew meanwhile
  static constexpr std::chrono::seconds silent_for{10};  // the oldest submission without an answer
  static constexpr std::chrono::seconds slow_for{5};     // from submission to answer, on average
  static constexpr std::chrono::seconds left_for{30};
  static constexpr std::chrono::seconds probe_every{2};
  static constexpr int probes_needed = 3;
  static constexpr int least_receipts = 20;  // fewer say nothing
  static constexpr double fading = 0.95;  // weight of what was so far at each new receipt, answer

  explicit Health(double least_delivered) : least_delivered_(least_delivered) {}

  void link_is(bool up, Micros now);
  // A submission went out; an answer of any kind came; none came in time.
  void submitted(Micros now);
  void answered(Micros took, Micros now);
  void unanswered(Micros now);
  // A final receipt.
  void receipt(bool delivered, Micros now);

  // Moves on with time.
  Standing standing(Micros now);
  // Of a probing carrier: whether a message may go as a probe now; then it counts as gone.
  bool take_probe(Micros now);
  // Why it was left, for people: "its link is down". Empty while it is good.
  const std::string& because() const { return because_; }

 private:
  void leave(std::string because, Micros now);
  void probe_succeeded();
  void note_answer(Micros took, Micros now);

  const double least_delivered_;
  Standing standing_ = Standing::good;
  std::string because_;
  bool up_ = false;
  std::optional<Micros> down_since_;
  std::optional<Micros> waiting_since_;  // for the first answer since the last
  int out_ = 0;
  Micros left_at_{0};
  std::optional<Micros> last_probe_;
  int probes_ = 0;
  bool poor_ = false;  // left because of receipts: only receipts take it back
  double delivered_ = 0;
  double receipts_ = 0;
  double answer_us_ = 0;  // faded average
};

}  // namespace cloudvno::routing
