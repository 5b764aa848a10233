// What became of each message of a run.
#include "ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace cloudvno::bench {
namespace {

constexpr std::uint64_t first_number = 447'000'000'000;  // of the shape of E.164; never leaves here

}  // namespace

void Ledger::start(bool callbacks, Moment now) {
  const auto next = next_;
  *this = Ledger();
  callbacks_ = callbacks;
  first_ = next_ = next;
  start_ = last_ = now;
}

std::size_t Ledger::add(Moment due, std::string& number) {
  number = fmt::format("{}", first_number + next_++);
  messages_.push_back({.due = since_start(due)});
  return messages_.size() - 1;
}

void Ledger::answered(std::size_t index, bool accepted, Moment now) {
  auto& message = messages_.at(index);
  if (accepted) return mark(message, &Message::accepted, accepted_, now);
  last_ = now;
  ++refused_;
  ++complete_;
}

void Ledger::submitted(std::string_view number, Moment now) {
  if (auto* message = find(number)) mark(*message, &Message::submitted, submitted_, now);
}

void Ledger::called_back(std::string_view number, bool delivered, Moment now) {
  auto* message = find(number);
  if (!message) return;
  if (delivered) {
    mark(*message, &Message::delivered, delivered_, now);
  } else {
    mark(*message, &Message::sent, sent_, now);
  }
}

std::uint32_t Ledger::since_start(Moment now) const {
  return 1 + static_cast<std::uint32_t>(
                 std::chrono::duration_cast<std::chrono::microseconds>(now - start_).count());
}

Ledger::Message* Ledger::find(std::string_view number) {
  std::uint64_t value = 0;
  std::from_chars(number.data(), number.data() + number.size(), value);
  const auto index = value - first_number - first_;
  if (index < messages_.size()) return &messages_[index];
  ++strays_;
  return nullptr;
}

void Ledger::mark(Message& message, std::uint32_t Message::* step, std::size_t& count, Moment now) {
  if (message.*step != 0) {
    ++twice_;
    return;
  }
  message.*step = since_start(now);
  last_ = now;
  ++count;
  if (completed(message) != 0) ++complete_;
}

std::uint32_t Ledger::completed(const Message& message) const {
  if (message.accepted == 0 || message.submitted == 0) return 0;
  const auto taken = std::max(message.accepted, message.submitted);
  if (!callbacks_) return taken;
  if (message.sent == 0 || message.delivered == 0) return 0;
  return std::max({taken, message.sent, message.delivered});
}

double Ledger::rate() const {
  std::vector<std::uint32_t> times;
  for (const auto& message : messages_) {
    if (const auto time = completed(message); time != 0) times.push_back(time);
  }
  if (times.empty()) return 0;
  std::ranges::sort(times);
  const auto most = (times.size() * 99 + 99) / 100;
  return static_cast<double>(most) * 1e6 / times[most - 1];
}

double Ledger::slowest_ms() const {
  std::uint32_t slowest = 0;
  for (const auto& message : messages_) {
    if (const auto time = completed(message); time != 0) {
      slowest = std::max(slowest, time - message.due);
    }
  }
  return slowest / 1000.0;
}

Latency Ledger::accept() const {
  return spread(&Message::accepted);
}

Latency Ledger::to_last_callback() const {
  return spread(&Message::delivered);
}

Latency Ledger::spread(std::uint32_t Message::* step) const {
  std::vector<std::uint32_t> all;
  for (const auto& message : messages_) {
    if (message.*step != 0) all.push_back(message.*step - message.due);
  }
  if (all.empty()) return {};
  std::ranges::sort(all);
  const auto at = [&](double part) {
    return all[static_cast<std::size_t>(part * static_cast<double>(all.size() - 1))] / 1000.0;
  };
  return {at(0.50), at(0.99)};
}

}  // namespace cloudvno::bench
