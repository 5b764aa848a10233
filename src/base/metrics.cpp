// The registry of metrics and its text form.
#include "base/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/invariant.hpp"

namespace cloudvno::metrics {
namespace {

struct Family {
  std::string help;
  std::string_view type;
  std::map<std::string, std::unique_ptr<Counter>, std::less<>> counters;
  std::map<std::string, std::unique_ptr<Gauge>, std::less<>> gauges;
  std::map<std::string, std::unique_ptr<Histogram>, std::less<>> histograms;
};

std::mutex mutex;
std::map<std::string, Family, std::less<>>& families() {
  static std::map<std::string, Family, std::less<>> all;
  return all;
}

template <class T>
T& find_or_make(std::map<std::string, std::unique_ptr<T>, std::less<>> Family::* member,
                std::string_view type, std::string_view name, std::string_view help,
                std::string_view labels) {
  const std::scoped_lock lock(mutex);
  auto& family = families()[std::string(name)];
  invariant(family.type.empty() || family.type == type, "a metric's name has one type");
  family.type = type;
  family.help = help;
  auto& slot = (family.*member)[std::string(labels)];
  if (!slot) slot = std::make_unique<T>();
  return *slot;
}

std::string series(std::string_view name, std::string_view labels) {
  return labels.empty() ? std::string(name) : fmt::format("{}{{{}}}", name, labels);
}

}  // namespace

void Histogram::observe(double seconds) {
  // A clock set back makes a negative time; a year is longer than anything here lasts.
  seconds = seconds > 0 ? std::min(seconds, 31'557'600.0) : 0;
  std::size_t bucket = 0;
  while (bucket < std::size(bounds) && seconds > bounds[bucket]) ++bucket;
  counts_[bucket].fetch_add(1, std::memory_order_relaxed);
  sum_micros_.fetch_add(static_cast<std::int64_t>(seconds * 1e6), std::memory_order_relaxed);
}

void Histogram::print(std::string& out, std::string_view name, std::string_view labels) const {
  const std::string comma = labels.empty() ? "" : ",";
  std::int64_t total = 0;
  for (std::size_t i = 0; i <= std::size(bounds); ++i) {
    total += counts_[i].load(std::memory_order_relaxed);
    const auto bound = i < std::size(bounds) ? fmt::format("{}", bounds[i]) : "+Inf";
    out += fmt::format("{}_bucket{{{}{}le=\"{}\"}} {}\n", name, labels, comma, bound, total);
  }
  out += fmt::format("{} {}\n", series(fmt::format("{}_sum", name), labels),
                     static_cast<double>(sum_micros_.load(std::memory_order_relaxed)) / 1e6);
  out += fmt::format("{} {}\n", series(fmt::format("{}_count", name), labels), total);
}

Counter& counter(std::string_view name, std::string_view help, std::string_view labels) {
  return find_or_make(&Family::counters, "counter", name, help, labels);
}
Gauge& gauge(std::string_view name, std::string_view help, std::string_view labels) {
  return find_or_make(&Family::gauges, "gauge", name, help, labels);
}
Histogram& histogram(std::string_view name, std::string_view help, std::string_view labels) {
  return find_or_make(&Family::histograms, "histogram", name, help, labels);
}

std::string print_all() {
  const std::scoped_lock lock(mutex);
  std::string out;
  for (const auto& [name, family] : families()) {
    out += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, family.help, name, family.type);
    for (const auto& [labels, metric] : family.counters) {
      out += fmt::format("{} {}\n", series(name, labels), metric->value());
    }
    for (const auto& [labels, metric] : family.gauges) {
      out += fmt::format("{} {}\n", series(name, labels), metric->value());
    }
    for (const auto& [labels, metric] : family.histograms) metric->print(out, name, labels);
  }
  return out;
}

}  // namespace cloudvno::metrics
