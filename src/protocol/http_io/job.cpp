// The queue between threads.
#include "protocol/http_io/job.hpp"

#include <boost/asio/post.hpp>

namespace cloudvno::http_io {

void JobQueue::put(JobPtr job) {
  const std::scoped_lock lock(mutex_);
  if (closed_) return;
  waiting_.push_back(std::move(job));
  post_delivery();
}

void JobQueue::put_all(std::vector<JobPtr>& jobs) {
  const std::scoped_lock lock(mutex_);
  if (!closed_) {
    waiting_.insert(waiting_.end(), std::move_iterator(jobs.begin()),
                    std::move_iterator(jobs.end()));
    post_delivery();
  }
  jobs.clear();
}

// Under the lock, so that the executor cannot go away between the look at closed_ and the post.
void JobQueue::post_delivery() {
  if (std::exchange(posted_, true)) return;
  boost::asio::post(to_, [self = shared_from_this()] { self->deliver(); });
}

void JobQueue::deliver() {
  {
    const std::scoped_lock lock(mutex_);
    posted_ = false;
    batch_.swap(waiting_);
  }
  for (auto& job : batch_) {
    if (take_) take_(std::move(job));
  }
  batch_.clear();
}

void JobQueue::close() {
  const std::scoped_lock lock(mutex_);
  closed_ = true;
  waiting_.clear();
  take_ = nullptr;
}

}  // namespace cloudvno::http_io
