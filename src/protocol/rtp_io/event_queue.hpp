// Events on their way from the media threads to the executor of whoever asked for them.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "platform/net/task.hpp"
#include "protocol/rtp_io/stream_types.hpp"

namespace cloudvno::rtp_io {

struct StreamEvent {
  StreamId stream;
  Event event;
};
using EventHandler = std::function<void(StreamId, Event&)>;

// Bounded: what the network causes (digits, voice, first media, timeouts) is given up beyond
// `capacity` waiting events, chunks of recordings beyond a sixteenth of it, and counted. What ends
// something that was asked for is never given up: there is no more of it than was asked for.
//
// Owned by the engine and by the call that was posted to the executor. Thread-safe.
class EventQueue : public std::enable_shared_from_this<EventQueue> {
 public:
  EventQueue(net::Executor executor, EventHandler handler, std::size_t capacity)
      : executor_(std::move(executor)), handler_(std::move(handler)), capacity_(capacity) {}

  // Takes all of `events` and empties it.
  void push(std::vector<StreamEvent>& events);
  // No handler runs any more when it returns, if called on the executor's thread.
  void stop() { stopped_ = true; }
  std::uint64_t given_up() const { return given_up_; }

 private:
  void run();

  net::Executor executor_;
  EventHandler handler_;
  std::size_t capacity_;
  std::atomic<bool> stopped_ = false;
  std::atomic<std::uint64_t> given_up_ = 0;
  std::mutex mutex_;
  std::vector<StreamEvent> waiting_;
  std::size_t chunks_ = 0;
  bool posted_ = false;
};

}  // namespace cloudvno::rtp_io
