// Bodies of SQL that wait for a storage thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "base/metrics.hpp"
#include "base/result.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::storage {

// One waiting body. It lies in the frame (a coroutine's or a thread's) that waits for it, so it
// may be gone as soon as `finish` was called.
struct Job {
  explicit Job(std::function<bool(Transaction&)> work) : body(std::move(work)) {}
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  std::function<bool(Transaction&)> body;  // false: roll back
  std::optional<Error> failed;             // set if the body's own answer does not count
  std::move_only_function<void()> finish;
  bool on_home = false;  // `finish` must run on the home executor, else on any thread
};

// First in, first out, bounded, thread-safe.
class JobQueue {
 public:
  // `length` shows how many wait.
  JobQueue(std::size_t most, metrics::Gauge& length) : most_(most), length_(length) {}

  // False if the queue is full or closed.
  bool push(Job& job);
  // Takes the first ones, all at once; those that find the queue full or closed stay in `jobs`.
  void push_all(std::vector<Job*>& jobs);

  // Waits for jobs and moves up to `most` into `batch` (emptied first), oldest first, but no more
  // than a fair part where `takers` threads take from the queue; a part is not worth waking another
  // thread for below eight jobs. False once the queue is closed and empty.
  bool take(std::vector<Job*>& batch, std::size_t most, std::size_t takers);

  // Waits for jobs as long as `wanted` says so, and appends up to `most` of them to `batch`. False
  // once `wanted` said no, or the queue is closed and empty. For one taker; look_again() has it ask
  // anew.
  bool take_more(std::vector<Job*>& batch, std::size_t most, const std::function<bool()>& wanted);
  void look_again();

  // Refuses further jobs; those in the queue are still to be taken.
  void close();

 private:
  std::size_t move_into(std::vector<Job*>& batch, std::size_t most);  // mutex_ is held

  const std::size_t most_;
  metrics::Gauge& length_;
  std::mutex mutex_;
  std::condition_variable some_;
  std::deque<Job*> jobs_;
  bool closed_ = false;
};

}  // namespace cloudvno::storage
