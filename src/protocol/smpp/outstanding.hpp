// The requests that wait for a response, by sequence number (SMPP 3.4 sections 2.6.2 and 5.1.4).
#pragma once

#include <optional>
#include <vector>

#include "base/time.hpp"
#include "protocol/smpp/outcome.hpp"

namespace cloudvno::smpp {

inline constexpr std::uint32_t last_sequence = 0x7FFFFFFF;

// A number's slot is its lowest bits, so that finding one costs no search; a number whose slot is
// still taken by an old request is left out. Numbers only rise (then begin again at 1), so their
// order is the order of sending, which makes the oldest the first to time out.
class Outstanding {
 public:
  struct Request {
    CommandId command{};
    std::uint32_t sequence = 0;
    bool handed_over = false;
    Done done;
  };

  explicit Outstanding(std::size_t window, std::uint32_t first_sequence = 1);

  std::size_t size() const { return size_; }
  std::size_t window() const { return window_; }

  // The number for the next request of any kind, which one not kept here uses up too.
  std::uint32_t next_sequence() const { return next_; }
  void skip() { advance(); }

  // At most window() at a time. Uses up next_sequence().
  void add(CommandId command, Time sent, Done done);

  // Takes out the request with this number that this kind of response answers, as generic_nack does
  // any; nothing if there is none.
  std::optional<Request> take(std::uint32_t sequence, CommandId response);

  // The time of the oldest, nothing if empty.
  std::optional<Time> oldest_sent();
  // Takes out the oldest; not on an empty one.
  Request take_oldest();

  // All that were added until now have been given to the connection.
  void mark_handed_over() { handed_over_until_ = next_; }

 private:
  struct Slot {
    std::uint32_t sequence = 0;  // 0: free
    CommandId command{};
    Time sent;
    Done done;
  };

  static std::uint32_t after(std::uint32_t sequence) {
    return sequence == last_sequence ? 1 : sequence + 1;
  }
  Slot& slot(std::uint32_t sequence) { return slots_[sequence & (slots_.size() - 1)]; }
  void advance();
  void find_oldest();
  Request take(Slot& slot);
  // How many numbers ago it was given.
  std::uint32_t age(std::uint32_t sequence) const {
    return next_ >= sequence ? next_ - sequence : next_ + (last_sequence - sequence);
  }

  std::size_t window_;
  std::vector<Slot> slots_;  // a power of two, at least twice the window
  std::size_t size_ = 0;
  std::uint32_t next_;
  std::uint32_t oldest_;             // none waits before it
  std::uint32_t handed_over_until_;  // not itself
};

}  // namespace cloudvno::smpp
