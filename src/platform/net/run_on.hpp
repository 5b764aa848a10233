// Running a task on another executor, and giving a task a deadline.
#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <memory>
#include <optional>

#include "platform/net/task.hpp"

namespace cloudvno::net {

// Runs the task on `where` and resumes the caller on its own executor with the result or the
// exception. A cancelled caller cancels the task, and still awaits its end. T must be default
// constructible.
//
// Instead of a bare co_spawn: that one hands a cancellation over by a pointer into the waiting
// operation, which another thread may have ended meanwhile.
template <class T>
Task<T> run_on(Executor where, Task<T> task) {
  if (co_await boost::asio::this_coro::executor == where) co_return co_await std::move(task);
  // Shared by the caller's slot and the emission that may still be queued on `where`.
  const auto signal = std::make_shared<boost::asio::cancellation_signal>();
  const auto state = co_await boost::asio::this_coro::cancellation_state;
  if (state.slot().is_connected()) {
    state.slot().assign([signal, where](boost::asio::cancellation_type type) {
      boost::asio::post(where, [signal, type] { signal->emit(type); });
    });
  }
  co_return co_await boost::asio::co_spawn(
      where, std::move(task),
      boost::asio::bind_cancellation_slot(signal->slot(), boost::asio::use_awaitable));
}

namespace detail {

template <class T>
Task<std::optional<T>> as_optional(Task<T> task) {
  co_return std::optional<T>(co_await std::move(task));
}
inline Task<std::optional<bool>> as_optional(Task<> task) {
  co_await std::move(task);
  co_return true;
}

}  // namespace detail

// Runs the task on the caller's executor for at most `at_most`; then it is cancelled, its end is
// awaited, and nothing is answered, whatever it came to after all (of a Task<>: true is answered if
// it ended in time).
template <class T>
auto with_deadline(Task<T> task, std::chrono::steady_clock::duration at_most)
    -> Task<std::optional<std::conditional_t<std::is_void_v<T>, bool, T>>> {
  namespace asio = boost::asio;
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, at_most);
  auto [order, failure, value, timer_error] =
      co_await asio::experimental::make_parallel_group(
          asio::co_spawn(executor, detail::as_optional(std::move(task)), asio::deferred),
          timer.async_wait(asio::deferred))
          .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  const auto state = co_await asio::this_coro::cancellation_state;
  const bool in_time = order[0] == 0;
  const bool caller_cancelled = state.cancelled() != asio::cancellation_type::none;
  if (failure && (in_time || caller_cancelled)) std::rethrow_exception(failure);
  if (!in_time) co_return std::nullopt;
  co_return std::move(value);
}

}  // namespace cloudvno::net
