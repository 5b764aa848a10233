// The structured log on spdlog: asynchronous, oldest lines given up when the disk stalls.
#include "base/log.hpp"

#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>

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

constexpr std::string_view name_of(Level level) {
  constexpr std::string_view names[] = {"debug", "info", "warn", "error"};
  return names[static_cast<int>(level)];
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  out += '"';
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
  std::string line;
  if (json) {
    line = fmt::format(R"({{"time":"{}","level":"{}","event":")", to_iso8601(now), name_of(level));
    line += event;
    line += '"';
    for (const auto& field : fields) {
      line += ',';
      append_quoted(line, field.name);
      line += ':';
      if (field.value.quoted()) {
        append_quoted(line, field.value.text());
      } else {
        line += field.value.text();
      }
    }
    line += '}';
  } else {
    line = fmt::format("{} {:5} {}", to_iso8601(now), name_of(level), event);
    for (const auto& field : fields) {
      line += ' ';
      line += field.name;
      line += '=';
      if (field.value.quoted() &&
          field.value.text().find_first_of(" \"\\\n\r\t=") != std::string::npos) {
        append_quoted(line, field.value.text());
      } else {
        line += field.value.text();
      }
    }
  }
  if (logger) {
    logger->log(to_spdlog(level), "{}", line);
  } else {
    fmt::print(stderr, "{}\n", line);
  }
}

}  // namespace cloudvno::log
