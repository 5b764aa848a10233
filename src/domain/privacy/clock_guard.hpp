// Whether the machine's clock may be believed when it says that something is old.
//
// Deleting by a clock that somebody set wrong cannot be taken back. So a clock that moved by itself
// (further than time passed, or past the mark that was left in the store before this process
// began) is not trusted, and nothing is deleted, until the kernel says that it follows a time
// server (adjtimex(2)), the clock is back where it belongs, or the operator accepts it
// (`cloudvno clock accept`).
#pragma once

#include <functional>
#include <optional>

#include "base/clock.hpp"

namespace cloudvno::privacy {

// Lives on the control thread.
class ClockGuard {
 public:
  // How far a clock may be from where it should be: corrections, and rounding.
  static constexpr std::chrono::minutes tolerance{5};
  // How long the platform may have been down before its clock needs a witness.
  static constexpr std::chrono::hours longest_absence{1};

  ClockGuard(const Clock& clock, std::function<bool()> synchronised)
      : clock_(clock), synchronised_(std::move(synchronised)), begun_at_(clock.elapsed()) {}

  // The time, if it may be believed. `mark`: the latest time that any process believed; nothing in
  // a new store.
  std::optional<Time> trusted(std::optional<Time> mark);

 private:
  bool in_step(Time now, std::optional<Time> mark) const;

  const Clock& clock_;
  std::function<bool()> synchronised_;
  const Micros begun_at_;
  std::optional<Time> believed_;  // the last time that was, and
  Micros believed_at_{0};         // when that was, in elapsed time
};

// What the kernel says of the system's clock.
bool clock_follows_a_time_server();

}  // namespace cloudvno::privacy
