// Events and sleeps on Asio's steady timer.
#include "platform/net/event.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace cloudvno::net {
namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace {

// When to look at the clock again.
steady_clock::duration next_look(const Clock& clock, Time until) {
  if (dynamic_cast<const ManualClock*>(&clock)) return std::chrono::milliseconds(1);
  const Micros left = until - clock.now();
  return std::min<Micros>(left, std::chrono::seconds(1));
}

}  // namespace

void Event::set() {
  set_ = true;
  timer_.cancel();
}

Task<bool> Event::wait_until_steady(steady_clock::time_point deadline) {
  while (!set_) {
    timer_.expires_at(deadline);
    const auto [error] = co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    if (set_) break;
    if (!error) co_return false;
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
      throw boost::system::system_error(asio::error::operation_aborted);
  }
  set_ = false;
  co_return true;
}

Task<> Event::wait() {
  co_await wait_until_steady(steady_clock::time_point::max());
}

Task<bool> Event::wait_for(steady_clock::duration at_most) {
  return wait_until_steady(steady_clock::now() + at_most);
}

Task<bool> Event::wait_until(const Clock& clock, Time deadline) {
  for (;;) {
    if (clock.now() >= deadline) co_return std::exchange(set_, false);
    if (co_await wait_for(next_look(clock, deadline))) co_return true;
  }
}

Task<> sleep_for(steady_clock::duration duration) {
  asio::steady_timer timer(co_await asio::this_coro::executor, duration);
  co_await timer.async_wait(asio::use_awaitable);
}

Task<> sleep_until(const Clock& clock, Time time) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (clock.now() < time) {
    timer.expires_after(next_look(clock, time));
    co_await timer.async_wait(asio::use_awaitable);
  }
}

}  // namespace cloudvno::net
