// How much of something was done in the last hours: the arithmetic of limits. Pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace cloudvno::verify {

// What may be done within any window of that length. The window is looked at in 24 parts, and an
// amount counts until its whole part has left the window: so never more than `most` fits into any
// `window`, and a place is free again at most a 24th later than it could be.
struct Limit {
  std::int64_t most = 0;
  std::chrono::seconds window{86'400};
};

class Amounts {
 public:
  // From "part:amount part:amount"; what makes no sense is left out.
  static Amounts parse(std::string_view text);
  std::string str() const;

  // Whether `more` still fits at that time, and adds it.
  bool add(const Limit& limit, std::int64_t more, Time now);
  bool fits(const Limit& limit, std::int64_t more, Time now) const;
  std::int64_t sum(const Limit& limit, Time now) const;
  // Until `more` fits.
  std::chrono::seconds wait(const Limit& limit, std::int64_t more, Time now) const;

 private:
  struct Part {
    std::int64_t number = 0;  // of the window's parts since 1970
    std::int64_t amount = 0;
  };
  static constexpr std::int64_t parts_of_window = 24;
  static std::int64_t part_of(const Limit& limit, Time now);

  std::vector<Part> parts_;  // the oldest first, at most 25
};

}  // namespace cloudvno::verify
