// What the measured processes used, read from /proc.
#include "processes.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace cloudvno::bench {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

double cpu_us(pid_t process) {
  const auto text = read_file(fmt::format("/proc/{}/stat", process));
  const auto name_end = text.rfind(')');
  if (name_end == std::string::npos) return 0;
  std::istringstream fields(text.substr(name_end + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) * 1e6 / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double peak_mib(pid_t process) {
  std::istringstream lines(read_file(fmt::format("/proc/{}/status", process)));
  for (std::string word; lines >> word;) {
    double kib = 0;
    if (word == "VmHWM:" && lines >> kib) return kib / 1024;
  }
  return 0;
}

void add_threads(pid_t process, std::map<std::string, double>& threads) {
  std::error_code ended;
  for (const auto& entry :
       std::filesystem::directory_iterator(fmt::format("/proc/{}/task", process), ended)) {
    const auto task = entry.path().string();
    auto name = read_file(task + "/comm");
    if (!name.empty()) name.pop_back();
    double on_cpu_ns = 0;
    std::istringstream(read_file(task + "/schedstat")) >> on_cpu_ns;
    threads[name] += on_cpu_ns / 1000;
  }
}

}  // namespace

Usage usage_of(const std::vector<pid_t>& processes) {
  Usage usage;
  for (const auto process : processes) {
    usage.cpu_us += cpu_us(process);
    usage.peak_mib += peak_mib(process);
    add_threads(process, usage.threads_us);
  }
  return usage;
}

double own_cpu_us() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto micros = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return micros(used.ru_utime) + micros(used.ru_stime);
}

}  // namespace cloudvno::bench
