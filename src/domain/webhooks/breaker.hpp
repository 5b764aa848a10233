// Which endpoints answer nothing: pure bookkeeping, no I/O.
//
// After `failures_to_open` failures in a row an endpoint is asked only now and then, after 1 s,
// then twice as long each time up to a minute; attempts in between fail at once, so that a dead
// endpoint keeps neither connections nor time from the others. Their retries come at their times as
// ever.
#pragma once

#include <string>
#include <unordered_map>

#include "base/bytes.hpp"
#include "base/clock.hpp"

namespace cloudvno::webhooks {

class Breaker {
 public:
  static constexpr int failures_to_open = 10;
  static constexpr Micros longest_wait = std::chrono::minutes(1);

  // Whether an attempt may go out now; where it may, the answer counts as the probe.
  bool may_ask(ByteView endpoint, Micros elapsed);
  void succeeded(ByteView endpoint);
  void failed(ByteView endpoint, Micros elapsed);

 private:
  struct State {
    int failures = 0;
    Micros ask_again_at{0};
    Micros wait = std::chrono::seconds(1);
  };
  std::unordered_map<std::string, State> failing_;  // no entry: it works, as far as is known
};

}  // namespace cloudvno::webhooks
