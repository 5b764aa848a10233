// Bodies of SQL that wait for a storage thread.
#include "platform/storage/job_queue.hpp"

#include <algorithm>

namespace cloudvno::storage {

bool JobQueue::push(Job& job, bool wake) {
  {
    const std::scoped_lock lock(mutex_);
    if (closed_ || jobs_.size() >= most_) return false;
    jobs_.push_back(&job);
    length_.add(1);
  }
  if (wake) some_.notify_one();
  return true;
}

void JobQueue::wake() {
  some_.notify_one();
}

bool JobQueue::take(std::vector<Job*>& batch, std::size_t most, std::size_t takers) {
  batch.clear();
  std::unique_lock lock(mutex_);
  some_.wait(lock, [&] { return closed_ || !jobs_.empty(); });
  const auto fair = (jobs_.size() + takers - 1) / takers;
  const auto count = std::min(fair, most);
  batch.assign(jobs_.begin(), jobs_.begin() + static_cast<std::ptrdiff_t>(count));
  jobs_.erase(jobs_.begin(), jobs_.begin() + static_cast<std::ptrdiff_t>(count));
  length_.add(-static_cast<std::int64_t>(count));
  const bool more = !jobs_.empty();
  lock.unlock();
  if (more && takers > 1) some_.notify_one();
  return !batch.empty();
}

void JobQueue::close() {
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
  }
  some_.notify_all();
}

}  // namespace cloudvno::storage
