// The window of unanswered requests (SMPP 3.4 sections 2.6.2 and 5.1.4).
#include "protocol/smpp/outstanding.hpp"

#include <bit>

#include "base/invariant.hpp"

namespace cloudvno::smpp {

Outstanding::Outstanding(std::size_t window, std::uint32_t first_sequence)
    : window_(window),
      slots_(std::bit_ceil(std::max<std::size_t>(2 * window, 16))),
      next_(first_sequence),
      oldest_(first_sequence),
      handed_over_until_(first_sequence) {}

void Outstanding::add(CommandId command, Time sent, Done done) {
  invariant(size_ < window_, "the window has room");
  slot(next_) = {next_, command, sent, std::move(done)};
  ++size_;
  advance();
}

std::optional<Outstanding::Request> Outstanding::take(std::uint32_t sequence, CommandId response) {
  if (sequence == 0) return {};
  Slot& found = slot(sequence);
  if (found.sequence != sequence) return {};
  if (response != CommandId::generic_nack && response != response_of(found.command)) return {};
  return take(found);
}

std::optional<Time> Outstanding::oldest_sent() {
  if (size_ == 0) return {};
  find_oldest();
  return slot(oldest_).sent;
}

Outstanding::Request Outstanding::take_oldest() {
  invariant(size_ != 0, "a request waits");
  find_oldest();
  return take(slot(oldest_));
}

// Ends, as the window is at most half of the slots.
void Outstanding::advance() {
  do next_ = after(next_);
  while (slot(next_).sequence != 0);
}

// Each number is passed once, so that this costs no more than the numbers that were given.
void Outstanding::find_oldest() {
  while (slot(oldest_).sequence != oldest_) oldest_ = after(oldest_);
}

Outstanding::Request Outstanding::take(Slot& slot) {
  Request request{slot.command, slot.sequence, age(slot.sequence) > age(handed_over_until_),
                  std::move(slot.done)};
  slot.sequence = 0;
  slot.done = nullptr;
  if (--size_ == 0) oldest_ = next_;
  return request;
}

}  // namespace cloudvno::smpp
