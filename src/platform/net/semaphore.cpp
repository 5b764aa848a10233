// The semaphore and its line.
#include "platform/net/semaphore.hpp"

#include <boost/asio/this_coro.hpp>

namespace cloudvno::net {

struct Semaphore::State {
  std::size_t free = 0;
  std::size_t most_waiting = 0;
  std::list<Place*> line;

  void release();
};

// In the frame of the one who waits, so that it leaves the line however that frame ends.
class Semaphore::Place {
 public:
  Place(std::shared_ptr<State> state, Executor executor)
      : state_(std::move(state)), event_(std::move(executor)) {
    at_ = state_->line.insert(state_->line.end(), this);
  }
  ~Place() {
    if (!granted_) {
      state_->line.erase(at_);
    } else if (!taken_) {
      state_->release();  // cancelled after its turn had come
    }
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  void grant() {
    granted_ = true;
    event_.set();
  }
  Task<> wait() { co_await event_.wait(); }
  Permit take() {
    taken_ = true;
    return Permit(state_);
  }

 private:
  std::shared_ptr<State> state_;
  Event event_;
  std::list<Place*>::iterator at_;
  bool granted_ = false;
  bool taken_ = false;
};

void Semaphore::State::release() {
  if (line.empty()) {
    ++free;
    return;
  }
  auto* const next = line.front();
  line.pop_front();
  next->grant();
}

Semaphore::Permit::~Permit() {
  if (state_) state_->release();
}

Semaphore::Semaphore(std::size_t permits, std::size_t most_waiting)
    : state_(std::make_shared<State>(State{permits, most_waiting, {}})) {}

std::size_t Semaphore::waiting() const {
  return state_->line.size();
}

Task<std::optional<Semaphore::Permit>> Semaphore::acquire() {
  const auto state = state_;
  if (state->free > 0) {
    --state->free;
    co_return Permit(state);
  }
  if (state->line.size() >= state->most_waiting) co_return std::nullopt;
  Place place(state, co_await boost::asio::this_coro::executor);
  co_await place.wait();
  co_return place.take();
}

}  // namespace cloudvno::net
