// The clock that everything is given: the machine's in production, one moved by hand in tests.
#pragma once

#include <time.h>

#include <atomic>

#include "base/time.hpp"

namespace cloudvno {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
  // Time that passed since some moment before: no setting of the machine's clock moves it, and time
  // that the machine slept counts.
  virtual Micros elapsed() const = 0;
};

class SystemClock final : public Clock {
 public:
  Time now() const override {
    return std::chrono::time_point_cast<Micros>(std::chrono::system_clock::now());
  }
  Micros elapsed() const override {
    timespec time;
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return std::chrono::seconds(time.tv_sec) + Micros(time.tv_nsec / 1'000);
  }
};

// Stands still until moved; starts at 2026-01-01T00:00:00Z.
class ManualClock final : public Clock {
 public:
  Time now() const override { return from_micros(micros_.load()); }
  Micros elapsed() const override { return Micros(elapsed_.load()); }
  // Time passes.
  void advance(Micros by) {
    micros_ += by.count();
    elapsed_ += by.count();
  }
  // Somebody sets the clock: no time passes.
  void set(Time time) { micros_ = to_micros(time); }

 private:
  std::atomic<std::int64_t> micros_{1'767'225'600'000'000};
  std::atomic<std::int64_t> elapsed_{0};
};

}  // namespace cloudvno
