// The deadline of a request: what its connection waits for ends then, because the connection does.
//
// Instead of net::with_deadline(), which runs the task as a coroutine of its own beside the timer:
// that was two fifths of what a callback costs.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>

#include "platform/net/task.hpp"
#include "protocol/http_io/outbound.hpp"

namespace cloudvno::http_io {

// Lives on one executor, that of the connections.
class ExchangeDeadline {
 public:
  ExchangeDeadline(const net::Executor& executor, std::chrono::steady_clock::duration at_most)
      : at_(std::chrono::steady_clock::now() + at_most),
        timer_(executor, at_),
        state_(std::make_shared<State>()) {}

  bool passed() const { return state_->passed; }
  std::chrono::steady_clock::duration left() const {
    return at_ - std::chrono::steady_clock::now();
  }

  // As long as it lives, the connection is closed when the deadline passes.
  class Watch {
   public:
    explicit Watch(ExchangeDeadline& deadline) : deadline_(deadline) {}
    ~Watch() {
      deadline_.state_->connection = nullptr;
      deadline_.timer_.cancel();
    }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    ExchangeDeadline& deadline_;
  };
  [[nodiscard]] Watch watch(Outbound& connection) {
    state_->connection = &connection;
    timer_.async_wait([state = state_](const boost::system::error_code& error) {
      // Cancelled, or the connection has done what it was to do meanwhile.
      if (error || !state->connection) return;
      state->passed = true;
      state->connection->close();
    });
    return Watch(*this);
  }

 private:
  struct State {
    Outbound* connection = nullptr;
    bool passed = false;
  };

  const std::chrono::steady_clock::time_point at_;
  boost::asio::steady_timer timer_;
  const std::shared_ptr<State> state_;  // shared with a handler that may run after this is gone
};

}  // namespace cloudvno::http_io
