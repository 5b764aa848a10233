// The structured log: one line an event, an event name and named fields, no personal data.
//
//   log::info("smpp.bound", {{"carrier", name}, {"window", window}});
//
// Never pass a phone number, a message text, a code, a key, a URL with a query or a customer's free
// text as a field; a SID or a count is fine. Values are escaped, so that a peer's text cannot forge
// a line, and cut after 1,000 bytes. Where lines come faster than they can be written, the oldest
// are given up, and a line `log.lines_lost` says how many.
#pragma once

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace cloudvno::log {

class Value {
 public:
  template <class T>
    requires std::is_integral_v<T>
  Value(T number) : text_(std::to_string(number)) {}
  Value(bool truth) : text_(truth ? "true" : "false") {}
  Value(double number) : text_(std::to_string(number)), quoted_(!std::isfinite(number)) {}
  Value(const char* text) : text_(text), quoted_(true) {}
  Value(std::string_view text) : text_(text), quoted_(true) {}
  Value(const std::string& text) : text_(text), quoted_(true) {}

  const std::string& text() const { return text_; }
  bool quoted() const { return quoted_; }

 private:
  std::string text_;
  bool quoted_ = false;
};

struct Field {
  std::string_view name;
  Value value;
};
using Fields = std::initializer_list<Field>;

enum class Level { debug, info, warn, error };

// Starts writing to standard error; `format` is "text" or "json". Before that, lines go out as
// text. Both are for main, while no other thread writes.
void start(Level level, std::string_view format);
void stop();  // writes what waits

// Thread-safe.
void write(Level level, std::string_view event, Fields fields);
inline void debug(std::string_view event, Fields fields = {}) {
  write(Level::debug, event, fields);
}
inline void info(std::string_view event, Fields fields = {}) {
  write(Level::info, event, fields);
}
inline void warn(std::string_view event, Fields fields = {}) {
  write(Level::warn, event, fields);
}
inline void error(std::string_view event, Fields fields = {}) {
  write(Level::error, event, fields);
}

}  // namespace cloudvno::log
