// Runs one task to its end in a test, on a context of its own.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <optional>
#include <stdexcept>

#include "platform/net/task.hpp"

namespace cloudvno::net::testing {

// Answers what the task answers and throws what it throws; std::runtime_error if it has not ended
// after `at_most` of real time.
template <class T>
T run(boost::asio::io_context& context, Task<T> task,
      std::chrono::seconds at_most = std::chrono::seconds(30)) {
  std::exception_ptr failure;
  std::optional<std::conditional_t<std::is_void_v<T>, bool, T>> value;
  const auto finish = [&](std::exception_ptr error, auto... result) {
    failure = error;
    if constexpr (sizeof...(result) == 0) {
      value.emplace();
    } else {
      value.emplace(std::move(result)...);
    }
    context.stop();
  };
  boost::asio::co_spawn(context, std::move(task), finish);
  context.restart();
  context.run_for(at_most);
  if (failure) std::rethrow_exception(failure);
  if (!value) throw std::runtime_error("the task did not end in time");
  if constexpr (!std::is_void_v<T>) return std::move(*value);
}

template <class T>
T run(Task<T> task, std::chrono::seconds at_most = std::chrono::seconds(30)) {
  boost::asio::io_context context(1);
  return run(context, std::move(task), at_most);
}

}  // namespace cloudvno::net::testing
