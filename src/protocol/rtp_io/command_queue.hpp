// Commands on their way to a media thread.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <vector>

namespace cloudvno::rtp_io {

class Worker;
using Command = std::move_only_function<void(Worker*)>;

// Bounded: beyond `capacity` waiting commands push() refuses, but for what gives something back
// (`always`), of which there is no more than there are streams. Holds its lock for a moment only,
// so nobody waits for a tick. Thread-safe.
class CommandQueue {
 public:
  explicit CommandQueue(std::size_t capacity) : capacity_(capacity) {}

  bool push(Command command, bool always = false) {
    {
      const std::lock_guard lock(mutex_);
      if (commands_.size() >= capacity_ && !always) return false;
      commands_.push_back(std::move(command));
    }
    pushed_.notify_one();
    return true;
  }
  // Swaps what waits for `into`, which is empty.
  void take(std::vector<Command>& into) {
    const std::lock_guard lock(mutex_);
    into.swap(commands_);
  }
  void wait() {
    std::unique_lock lock(mutex_);
    pushed_.wait(lock, [this] { return !commands_.empty(); });
  }

 private:
  std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable pushed_;
  std::vector<Command> commands_;
};

}  // namespace cloudvno::rtp_io
