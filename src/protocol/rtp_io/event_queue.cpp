// Events on their way from the media threads to the executor of whoever asked for them.
#include "protocol/rtp_io/event_queue.hpp"

#include <boost/asio/post.hpp>

namespace cloudvno::rtp_io {
namespace {

bool is_chunk(const Event& event) {
  return std::holds_alternative<RecordingChunk>(event);
}
bool ends_something(const Event& event) {
  return std::holds_alternative<Played>(event) || std::holds_alternative<DigitsSent>(event) ||
         std::holds_alternative<RecordingEnded>(event) || std::holds_alternative<Closed>(event);
}

}  // namespace

void EventQueue::push(std::vector<StreamEvent>& events) {
  if (events.empty()) return;
  bool post = false;
  {
    const std::lock_guard lock(mutex_);
    for (StreamEvent& event : events) {
      const bool chunk = is_chunk(event.event);
      const bool full = chunk ? chunks_ >= capacity_ / 16 : waiting_.size() >= capacity_;
      if (full && !ends_something(event.event)) {
        ++given_up_;
        continue;
      }
      chunks_ += chunk;
      waiting_.push_back(std::move(event));
    }
    post = !posted_ && !waiting_.empty();
    posted_ |= post;
  }
  events.clear();
  if (post) boost::asio::post(executor_, [self = shared_from_this()] { self->run(); });
}

void EventQueue::run() {
  std::vector<StreamEvent> events;
  {
    const std::lock_guard lock(mutex_);
    events.swap(waiting_);
    chunks_ = 0;
    posted_ = false;
  }
  for (StreamEvent& event : events) {
    if (stopped_) return;
    handler_(event.stream, event.event);
  }
}

}  // namespace cloudvno::rtp_io
