// The deadlines of all transactions and calls in one heap.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.hpp"

namespace cloudvno::sip {

// An entry says that its owner may be due; the owner knows its own deadline. So a deadline that
// moves away costs nothing, and entries of owners that are gone are passed over when they come up:
// a heap with removal would pay for what rarely matters.
class TimerHeap {
 public:
  struct Entry {
    Micros at;
    std::uint64_t owner;
    bool operator>(const Entry& other) const { return at > other.at; }
  };

  // True: this is the earliest now.
  bool add(Micros at, std::uint64_t owner) {
    bool earliest = entries_.empty() || at < entries_.front().at;
    entries_.push_back({at, owner});
    std::ranges::push_heap(entries_, std::greater<>());
    return earliest;
  }
  std::optional<Micros> next() const {
    if (entries_.empty()) return std::nullopt;
    return entries_.front().at;
  }
  std::optional<Entry> take_due(Micros now) {
    if (entries_.empty() || entries_.front().at > now) return std::nullopt;
    std::ranges::pop_heap(entries_, std::greater<>());
    Entry due = entries_.back();
    entries_.pop_back();
    return due;
  }
  std::size_t size() const { return entries_.size(); }

 private:
  std::vector<Entry> entries_;
};

}  // namespace cloudvno::sip
