// What became of each message of a run, by the recipient's number, which no two messages share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loop.hpp"

namespace cloudvno::bench {

struct Latency {
  double p50_ms = 0;
  double p99_ms = 0;
};

class Ledger {
 public:
  static constexpr std::size_t number_digits = 12;

  // `callbacks`: a message is complete only when `sent` and `delivered` were called back.
  void start(bool callbacks, Moment now);

  // A new message: its index and, into `number`, the recipient's digits. `due`: when it should have
  // been asked for, from where its latency counts.
  std::size_t add(Moment due, std::string& number);
  void answered(std::size_t index, bool accepted, Moment now);

  // These go by the number's digits; one that is not of this run counts as a stray.
  void submitted(std::string_view number, Moment now);
  void called_back(std::string_view number, bool delivered, Moment now);

  std::size_t in_flight() const { return messages_.size() - complete_; }
  Moment last_progress() const { return last_; }
  // Complete messages a second, from the start until 99 of 100 are: a few that a gateway tries
  // again much later count as complete or lost, but not in its rate.
  double rate() const;

  std::size_t complete() const { return complete_ - refused_; }
  std::size_t asked() const { return messages_.size(); }
  std::size_t accepted() const { return accepted_; }
  std::size_t refused() const { return refused_; }
  std::size_t submitted() const { return submitted_; }
  std::size_t sent_callbacks() const { return sent_; }
  std::size_t delivered_callbacks() const { return delivered_; }
  std::size_t twice() const { return twice_; }
  std::size_t strays() const { return strays_; }
  Latency accept() const;
  Latency to_last_callback() const;
  double slowest_ms() const;  // from being due to being complete

 private:
  // Microseconds since the run's start, plus one; 0: not yet.
  struct Message {
    std::uint32_t due = 0;
    std::uint32_t accepted = 0;
    std::uint32_t submitted = 0;
    std::uint32_t sent = 0;
    std::uint32_t delivered = 0;
  };

  std::uint32_t since_start(Moment now) const;
  Message* find(std::string_view number);
  // Sets a time once and counts it; a second time counts as `twice`.
  void mark(Message& message, std::uint32_t Message::* step, std::size_t& count, Moment now);
  // When it was complete, or 0.
  std::uint32_t completed(const Message& message) const;
  Latency spread(std::uint32_t Message::* step) const;

  bool callbacks_ = false;
  std::uint64_t first_ = 0;  // the run's first number
  std::uint64_t next_ = 0;
  Moment start_;
  Moment last_;
  std::vector<Message> messages_;
  std::size_t complete_ = 0;
  std::size_t accepted_ = 0;
  std::size_t refused_ = 0;
  std::size_t submitted_ = 0;
  std::size_t sent_ = 0;
  std::size_t delivered_ = 0;
  std::size_t twice_ = 0;
  std::size_t strays_ = 0;
};

}  // namespace cloudvno::bench
