// Bodies of SQL that wait for a storage thread.
#include "platform/storage/job_queue.hpp"

#include <algorithm>

namespace cloudvno::storage {

bool JobQueue::push(Job& job) {
  std::vector<Job*> one{&job};
  push_all(one);
  return one.empty();
}

void JobQueue::push_all(std::vector<Job*>& jobs) {
  {
    const std::scoped_lock lock(mutex_);
    if (closed_) return;
    const auto room = std::min(jobs.size(), most_ - std::min(most_, jobs_.size()));
    const auto end = jobs.begin() + static_cast<std::ptrdiff_t>(room);
    jobs_.insert(jobs_.end(), jobs.begin(), end);
    jobs.erase(jobs.begin(), end);
    length_.add(static_cast<std::int64_t>(room));
  }
  some_.notify_one();
}

bool JobQueue::take(std::vector<Job*>& batch, std::size_t most, std::size_t takers) {
  batch.clear();
  std::unique_lock lock(mutex_);
  some_.wait(lock, [&] { return closed_ || !jobs_.empty(); });
  constexpr std::size_t worth_waking = 8;
  const auto fair = std::max((jobs_.size() + takers - 1) / takers, worth_waking);
  move_into(batch, std::min(fair, most));
  const bool more = !jobs_.empty();
  lock.unlock();
  if (more && takers > 1) some_.notify_one();
  return !batch.empty();
}

bool JobQueue::take_more(std::vector<Job*>& batch, std::size_t most,
                         const std::function<bool()>& wanted) {
  std::unique_lock lock(mutex_);
  some_.wait(lock, [&] { return closed_ || !jobs_.empty() || !wanted(); });
  return wanted() && move_into(batch, most) > 0;
}

std::size_t JobQueue::move_into(std::vector<Job*>& batch, std::size_t most) {
  const auto count = std::min(most, jobs_.size());
  const auto end = jobs_.begin() + static_cast<std::ptrdiff_t>(count);
  batch.insert(batch.end(), jobs_.begin(), end);
  jobs_.erase(jobs_.begin(), end);
  length_.add(-static_cast<std::int64_t>(count));
  return count;
}

void JobQueue::look_again() {
  const std::scoped_lock lock(mutex_);
  some_.notify_all();
}

void JobQueue::close() {
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
  }
  some_.notify_all();
}

}  // namespace cloudvno::storage
