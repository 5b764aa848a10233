// Whether messages are asked for faster than this process brings them to carriers that would take
// them. Then new ones are refused at once, so that those that were taken arrive in time and a burst
// leaves no long queue behind; while a carrier is slow or away, its messages are taken and wait.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>

#include "base/time.hpp"

namespace cloudvno::messaging {

// Lives on the control thread, but for enter(). What it gives may outlive it.
class Overload {
  struct Counts {
    std::atomic<bool> behind = false;
    std::atomic<bool> crowded = false;
    std::atomic<std::size_t> entered = 0;
    std::atomic<std::size_t> accepting = 0;
  };

 public:
  static constexpr std::size_t most_accepting = 256;
  static constexpr double least_waiting = 2'000;
  static constexpr double most_waiting_s = 1;

  // Held by a request for a route that makes messages, from when it is read to its answer.
  using Place = std::shared_ptr<const void>;
  // Nothing while messages come too fast. From any thread. Who asks is not known here: so the
  // places are counted only while those that are known (Accepting) have been too many, or a crowd
  // without keys would keep all others out.
  Place enter() {
    if (counts_->behind) return nullptr;
    const auto entered = ++counts_->entered;
    Place place(counts_.get(), [counts = counts_](const void*) { --counts->entered; });
    return counts_->crowded && entered > most_accepting ? nullptr : place;
  }

  // A request that makes messages, from behind its key and its limits to behind its transaction;
  // false where there are too many. Whether we are behind was asked at the door: one that has
  // waited there is not to be refused for it now.
  class Accepting {
   public:
    explicit Accepting(Overload& overload)
        : counts_(overload.counts_), admitted_(counts_->accepting < most_accepting) {
      ++counts_->accepting;
      overload.note_accepting();
    }
    ~Accepting() { --counts_->accepting; }
    Accepting(const Accepting&) = delete;
    Accepting& operator=(const Accepting&) = delete;

    explicit operator bool() const { return admitted_; }

   private:
    std::shared_ptr<Counts> counts_;
    const bool admitted_;
  };

  // For what comes by another door.
  bool refuses() const { return counts_->behind || counts_->accepting >= most_accepting; }

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
    // Where few of those that hold places came to accepting, they were not what makes the crowd.
    if (most_at_once_ < most_accepting / 2) counts_->crowded = false;
    most_at_once_ = counts_->accepting;
    judge();
  }

 private:
  void note_accepting() {
    const std::size_t now = counts_->accepting;
    most_at_once_ = std::max(most_at_once_, now);
    if (now >= most_accepting) counts_->crowded = true;
  }
  void judge() {
    // A little down from it, so that it does not change with each message. No more: what comes
    // waits for it at the door, and is not to wait for long.
    const double most =
        std::max(least_waiting, most_waiting_s * rate_) * (counts_->behind ? 0.9 : 1);
    counts_->behind = static_cast<double>(waiting_) > most && moves_ && ours_ > carriers_;
  }

  const std::shared_ptr<Counts> counts_ = std::make_shared<Counts>();
  std::size_t most_at_once_ = 0;  // of accepting, since the last tick that counted
  bool moves_ = false;            // something was settled in the last second
  std::size_t waiting_ = 0;
  std::size_t settled_ = 0;  // since the last tick that counted
  double rate_ = 0;          // messages settled a second
  double carriers_ = 0;      // microseconds, of late
  double ours_ = 0;
  Micros ticked_at_{0};
};

}  // namespace cloudvno::messaging
