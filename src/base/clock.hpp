// The clock that everything is given: the machine's in production, one moved by hand in tests.
#pragma once

#include <atomic>

#include "base/time.hpp"

namespace cloudvno {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Time now() const override {
    return std::chrono::time_point_cast<Micros>(std::chrono::system_clock::now());
  }
};

// Stands still until moved; starts at 2026-01-01T00:00:00Z.
class ManualClock final : public Clock {
 public:
  Time now() const override { return from_micros(micros_.load()); }
  void advance(Micros by) { micros_ += by.count(); }
  void set(Time time) { micros_ = to_micros(time); }

 private:
  std::atomic<std::int64_t> micros_{1'767'225'600'000'000};
};

}  // namespace cloudvno
