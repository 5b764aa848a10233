// The structured log on spdlog: asynchronous, oldest lines given up when the disk stalls.
#include "base/log.hpp"

#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>

#include "base/log_line.hpp"
#include "base/time.hpp"

namespace cloudvno::log {
namespace {

bool json = false;
std::shared_ptr<spdlog::logger> logger;

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warn:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

// Says once in a while how many lines were given up since it last did.
void report_lost_lines() {
  static std::atomic<std::uint32_t> written{0};
  static std::atomic<std::size_t> reported{0};
  if (written.fetch_add(1, std::memory_order_relaxed) % 256 != 0) return;
  const auto lost = spdlog::thread_pool()->overrun_counter();
  const auto before = reported.exchange(lost);
  if (lost > before) warn("log.lines_lost", {{"count", lost - before}});
}

}  // namespace

void start(Level level, std::string_view format) {
  json = format == "json";
  spdlog::init_thread_pool(8192, 1);
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  logger = std::make_shared<spdlog::async_logger>("cloudvno", sink, spdlog::thread_pool(),
                                                  spdlog::async_overflow_policy::overrun_oldest);
  logger->set_pattern("%v");
  logger->set_level(to_spdlog(level));
  logger->flush_on(spdlog::level::info);
}

void stop() {
  logger.reset();
  spdlog::shutdown();
}

void write(Level level, std::string_view event, Fields fields) {
  if (logger ? !logger->should_log(to_spdlog(level)) : level == Level::debug) return;
  const auto now = std::chrono::time_point_cast<Micros>(std::chrono::system_clock::now());
  const auto line =
      json ? json_line(now, level, event, fields) : text_line(now, level, event, fields);
  if (logger) {
    logger->log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
    report_lost_lines();
  } else {
    fmt::print(stderr, "{}\n", line);
  }
}

}  // namespace cloudvno::log
