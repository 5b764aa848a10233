// Judging the clock.
#include "domain/privacy/clock_guard.hpp"

#include <sys/timex.h>

namespace cloudvno::privacy {

std::optional<Time> ClockGuard::trusted(std::optional<Time> mark) {
  const auto now = clock_.now();
  if (!in_step(now, mark) && !synchronised_()) return std::nullopt;
  believed_ = now;
  believed_at_ = clock_.elapsed();
  return now;
}

bool ClockGuard::in_step(Time now, std::optional<Time> mark) const {
  const auto near = [&](Time expected) {
    return now >= expected - tolerance && now <= expected + tolerance;
  };
  if (believed_) {
    if (near(*believed_ + (clock_.elapsed() - believed_at_))) return true;
    // Or another process, or the operator, believes the same just now.
    return mark && near(*mark);
  }
  const auto running = clock_.elapsed() - begun_at_;
  return !mark || (now >= *mark - tolerance && now <= *mark + longest_absence + running);
}

bool clock_follows_a_time_server() {
  timex state{};
  return ::adjtimex(&state) != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}

}  // namespace cloudvno::privacy
