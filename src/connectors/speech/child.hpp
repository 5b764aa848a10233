// One run of another program: text in, bytes out, within bounds of size and time.
#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <vector>

#include "platform/net/task.hpp"

namespace cloudvno::speech {

struct ChildOrder {
  std::string program;  // a path, or a name that is looked for in PATH
  std::vector<std::string> arguments;
  std::string input;  // its standard input, to the end
  std::size_t most_bytes = 0;
  std::chrono::milliseconds deadline{};
};

enum class ChildFailure : std::uint8_t {
  not_installed,  // no such program
  not_started,    //
  too_much,       // more than most_bytes came
  too_slow,       // it had not ended at the deadline
  failed,         // it ended by a signal, or with a status other than 0
};
std::string_view name_of(ChildFailure failure);

// What the program wrote to its standard output. No shell is involved; it sees no environment but
// PATH and a UTF-8 locale, and no open file of ours. However this ends (by being cancelled too),
// the program has ended and its process is gone: a kill goes to that one process.
net::Task<std::expected<std::string, ChildFailure>> run_child(ChildOrder order);

}  // namespace cloudvno::speech
