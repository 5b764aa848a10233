// What the measured processes used, read from /proc.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace cloudvno::bench {

struct Usage {
  double cpu_us = 0;                         // of all threads, ended ones too
  std::map<std::string, double> threads_us;  // of living ones, by name, those of one name together
  double peak_mib = 0;                       // most resident memory since each began
};

Usage usage_of(const std::vector<pid_t>& processes);
double own_cpu_us();

}  // namespace cloudvno::bench
