// How much was asked for and how much of it was given back, for each prefix, forgotten over time.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace cloudvno::fraud {

// Names a prefix of E.164 digits, or something else that is counted; by value, so that two never
// meet.
using CounterKey = std::uint64_t;
CounterKey prefix_key(std::string_view digits);  // 1 to 15 digits
CounterKey address_key(std::uint64_t hash);
CounterKey country_key(std::string_view country);  // "DE", or empty

// Each count halves in its own time. What was refused is counted apart: it costs nothing, and
// honest people who were refused could give nothing back.
struct Counts {
  float asked_minute = 0;
  float converted_minute = 0;
  float asked_hour = 0;
  float converted_hour = 0;
  float asked_day = 0;  // of traffic that was not suspect
  float converted_day = 0;
  float refused_hour = 0;
};

// A table of bounded memory: sets of 16 places. Where all 16 of a set are taken, the weakest of
// them (by what was asked for within the hour) gives way; so what is attacked stays, and noise
// goes.
class Counters {
 public:
  static constexpr std::size_t most = 4'096;

  Counters();

  // As of now; zeros if not there.
  Counts read(CounterKey key, Time now) const;
  // As of now, to be changed; there until the next call.
  Counts& at(CounterKey key, Time now);
  std::size_t size() const { return used_; }

 private:
  static constexpr std::size_t ways = 16;

  struct Place {
    CounterKey key = 0;  // 0: free
    std::int64_t last_ms = 0;
    Counts counts;
  };

  Place* find(CounterKey key);
  static std::size_t set_of(CounterKey key, std::size_t places);
  void grow();
  static void fade(Place& place, std::int64_t now_ms);

  std::vector<Place> places_;
  std::size_t used_ = 0;
};

}  // namespace cloudvno::fraud
