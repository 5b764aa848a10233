// A set-associative table of counts that halve over time.
#include "domain/fraud/counters.hpp"

#include <cmath>

namespace cloudvno::fraud {
namespace {

constexpr std::size_t first_places = 256;
constexpr std::uint64_t not_a_prefix = std::uint64_t{1} << 63;

std::int64_t milliseconds(Time time) {
  return to_micros(time) / 1'000;
}

}  // namespace

CounterKey prefix_key(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char c : digits) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  return value * 16 + digits.size();
}

CounterKey address_key(std::uint64_t hash) {
  return hash | not_a_prefix | 1;
}

CounterKey country_key(std::string_view country) {
  std::uint64_t value = 0;
  for (const char c : country) value = value * 256 + static_cast<unsigned char>(c);
  return not_a_prefix | value << 1;
}

Counters::Counters() : places_(first_places) {}

std::size_t Counters::set_of(CounterKey key, std::size_t places) {
  key ^= key >> 31;
  key *= 0x9E3779B97F4A7C15u;
  return static_cast<std::size_t>(key >> 40) % (places / ways) * ways;
}

void Counters::fade(Place& place, std::int64_t now_ms) {
  // A clock that was set back takes nothing away and adds nothing.
  if (now_ms <= place.last_ms) return;
  const auto seconds = static_cast<float>(now_ms - place.last_ms) / 1'000.0F;
  place.last_ms = now_ms;
  auto& counts = place.counts;
  const auto minute = std::exp2(-seconds / 60.0F);
  const auto hour = std::exp2(-seconds / 3'600.0F);
  const auto day = std::exp2(-seconds / 86'400.0F);
  counts.asked_minute *= minute;
  counts.converted_minute *= minute;
  counts.asked_hour *= hour;
  counts.converted_hour *= hour;
  counts.refused_hour *= hour;
  counts.asked_day *= day;
  counts.converted_day *= day;
}

Counters::Place* Counters::find(CounterKey key) {
  auto* set = &places_[set_of(key, places_.size())];
  for (std::size_t i = 0; i < ways; ++i) {
    if (set[i].key == key) return &set[i];
  }
  return nullptr;
}

Counts Counters::read(CounterKey key, Time now) const {
  const auto* found = const_cast<Counters*>(this)->find(key);
  if (!found) return {};
  auto copy = *found;
  fade(copy, milliseconds(now));
  return copy.counts;
}

Counts& Counters::at(CounterKey key, Time now) {
  const auto now_ms = milliseconds(now);
  if (auto* found = find(key)) {
    fade(*found, now_ms);
    return found->counts;
  }
  if (used_ * 4 >= places_.size() * 3 && places_.size() < most) grow();
  auto* set = &places_[set_of(key, places_.size())];
  auto* weakest = set;
  for (std::size_t i = 0; i < ways; ++i) {
    if (set[i].key == 0) {
      weakest = &set[i];
      ++used_;
      break;
    }
    fade(set[i], now_ms);
    if (set[i].counts.asked_hour < weakest->counts.asked_hour) weakest = &set[i];
  }
  *weakest = {key, now_ms, {}};
  return weakest->counts;
}

void Counters::grow() {
  std::vector<Place> larger(places_.size() * 4);
  for (const auto& place : places_) {
    if (place.key == 0) continue;
    auto* set = &larger[set_of(place.key, larger.size())];
    for (std::size_t i = 0; i < ways; ++i) {
      if (set[i].key != 0) continue;
      set[i] = place;
      break;
    }
  }
  places_ = std::move(larger);
  used_ = 0;
  for (const auto& place : places_) used_ += place.key != 0 ? 1 : 0;
}

}  // namespace cloudvno::fraud
