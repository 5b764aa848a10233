// Counters, gauges and histograms, printed in the Prometheus text format (version 0.0.4).
//
// Labels are fixed words of ours (a state, a carrier's configured name): never an account, a number
// or an address, which would be personal data and endless series.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace cloudvno::metrics {

// Thread-safe; lives as long as the registry. Keep the reference: a look-up costs a lock.
class Counter {
 public:
  void add(std::int64_t by = 1) { value_.fetch_add(by, std::memory_order_relaxed); }
  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

class Gauge {
 public:
  void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
  void add(std::int64_t by) { value_.fetch_add(by, std::memory_order_relaxed); }
  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

// Times in seconds, in buckets from 0.5 ms to 10 s. A negative time counts as 0.
class Histogram {
 public:
  void observe(double seconds);
  void print(std::string& out, std::string_view name, std::string_view labels) const;

 private:
  static constexpr double bounds[] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                      0.1,    0.25,  0.5,    1.0,   2.5,  5.0,   10.0};
  std::atomic<std::int64_t> counts_[std::size(bounds) + 1] = {};
  std::atomic<std::int64_t> sum_micros_{0};
};

// `labels` is the text between the braces: `state="sent",carrier="sandbox"`, or empty.
// The same name and labels answer the same object; a name has one type.
Counter& counter(std::string_view name, std::string_view help, std::string_view labels = {});
Gauge& gauge(std::string_view name, std::string_view help, std::string_view labels = {});
Histogram& histogram(std::string_view name, std::string_view help, std::string_view labels = {});

std::string print_all();

}  // namespace cloudvno::metrics
