// Who has guessed at passwords lately.
#pragma once

#include <list>
#include <string>
#include <unordered_map>

#include "base/time.hpp"

namespace cloudvno::smpp_customer {

// By address; of IPv6 by its first 64 bits, which one customer has whole. Pure. `now` is time that
// passed (Clock::elapsed).
class Gate {
 public:
  static constexpr int most_failures = 10;
  static constexpr std::chrono::minutes within{10};  // failures are remembered so long
  static constexpr std::chrono::minutes ban{10};
  static constexpr std::size_t most_addresses = 10'000;  // beyond, the oldest is forgotten

  bool is_banned(const std::string& address, Micros now) const;
  // True: the address is banned from here on.
  bool failed(const std::string& address, Micros now);
  std::size_t size() const { return known_.size(); }

 private:
  struct Known {
    int failures = 0;
    Micros since{0};
    Micros banned_until{0};
    std::list<std::string>::iterator age;
  };

  std::unordered_map<std::string, Known> known_;
  std::list<std::string> ages_;  // oldest first
};

}  // namespace cloudvno::smpp_customer
