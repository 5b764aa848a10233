// Whether messages are asked for faster than this process brings them to carriers that would take
// them. Then new ones are refused at once, so that those that were taken arrive in time and a burst
// leaves no long queue behind; while a carrier is slow or away, its messages are taken and wait.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>

#include "base/time.hpp"

namespace cloudvno::messaging {

// Lives on the control thread, but for enter() and refuses(). Outlives its places.
class Overload {
 public:
  static constexpr std::size_t most_accepting = 256;
  static constexpr double least_waiting = 2'000;
  static constexpr double most_waiting_s = 1;

  // Held by who makes messages, until they are on the disk.
  using Place = std::shared_ptr<const void>;
  // Nothing while messages come too fast. From any thread.
  Place enter() {
    if (behind_) return nullptr;
    if (accepting_.fetch_add(1) < most_accepting) {
      return {this, [](Overload* overload) { --overload->accepting_; }};
    }
    --accepting_;
    return nullptr;
  }
  // Whether enter() would give nothing. From any thread.
  bool refuses() const { return behind_ || accepting_ >= most_accepting; }

  // A message that no pace holds back waits for a carrier.
  void waits() {
    ++waiting_;
    judge();
  }
  // The carrier's answer took that long; then, until it was on the disk, so long.
  void settled(bool paced, Micros answered, Micros kept) {
    constexpr double weight = 0.05;
    carriers_ += weight * (static_cast<double>(answered.count()) - carriers_);
    ours_ += weight * (static_cast<double>(kept.count()) - ours_);
    ++settled_;
    if (!paced && waiting_ > 0) --waiting_;
    judge();
  }
  // Of a message that no pace holds back: it ended otherwise.
  void left() {
    if (waiting_ > 0) --waiting_;
    judge();
  }
  // Not more than so many can wait: an account that was erased took its messages along.
  void wait_at_most(std::size_t most) {
    waiting_ = std::min(waiting_, most);
    judge();
  }
  // About every tenth of a second.
  void tick(Micros now) {
    constexpr std::chrono::seconds often{1};
    if (now - ticked_at_ < often) return;
    const double seconds = std::chrono::duration<double>(now - ticked_at_).count();
    rate_ = (rate_ + static_cast<double>(settled_) / seconds) / 2;
    moves_ = settled_ > 0;
    settled_ = 0;
    ticked_at_ = now;
    judge();
  }

 private:
  void judge() {
    // Down to half of it, so that it does not change with each message.
    const double most = std::max(least_waiting, most_waiting_s * rate_) * (behind_ ? 0.5 : 1);
    behind_ = static_cast<double>(waiting_) > most && moves_ && ours_ > carriers_;
  }

  std::atomic<bool> behind_ = false;
  std::atomic<std::size_t> accepting_ = 0;
  bool moves_ = false;  // something was settled in the last second
  std::size_t waiting_ = 0;
  std::size_t settled_ = 0;  // since the last tick that counted
  double rate_ = 0;          // messages settled a second
  double carriers_ = 0;      // microseconds, of late
  double ours_ = 0;
  Micros ticked_at_{0};
};

}  // namespace cloudvno::messaging
