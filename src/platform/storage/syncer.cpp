// Brings to the disk what a writer committed ahead.
#include "platform/storage/syncer.hpp"

#include <pthread.h>

#include <utility>

#include "platform/storage/batch.hpp"

namespace cloudvno::storage {
namespace {

// Some microseconds of work for which the writer waits: not behind whole time slices of threads
// under SCHED_BATCH, which nobody interrupts who is under it as well.
void be_woken_at_once() {
  const sched_param none{};
  pthread_setschedparam(pthread_self(), SCHED_OTHER, &none);
}

}  // namespace

Syncer::Syncer(std::size_t most_reads, std::function<void(std::span<Job* const>)> finish,
               std::function<void()> done)
    : most_reads_(most_reads),
      finish_(std::move(finish)),
      done_(std::move(done)),
      thread_([this] { run(); }) {}

Syncer::~Syncer() {
  {
    const std::scoped_lock lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Syncer::wait_until_idle() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !busy_; });
}

void Syncer::announce() {
  const std::scoped_lock lock(mutex_);
  busy_ = true;
}

void Syncer::committed(Connection& connection, std::vector<Job*> batch) {
  {
    const std::scoped_lock lock(mutex_);
    connection_ = &connection;
    batch_ = std::move(batch);
  }
  changed_.notify_all();
}

void Syncer::not_committed() {
  std::unique_lock lock(mutex_);
  end_turn(lock, {});
}

std::optional<std::string> Syncer::take_failure() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(failure_, std::nullopt);
}

bool Syncer::hold_back(std::vector<Job*>& reads) {
  if (!busy_) return false;
  const std::scoped_lock lock(mutex_);
  if (!busy_) return false;
  if (reads_.size() >= most_reads_) {
    for (auto* job : reads) job->failed = store_failed("too many reads wait for a sync");
    return false;
  }
  reads_.insert(reads_.end(), reads.begin(), reads.end());
  reads.clear();
  return true;
}

// Answers first, and says then that the next may be committed: so answers come in the order of the
// transactions.
void Syncer::end_turn(std::unique_lock<std::mutex>& lock, std::span<Job* const> batch) {
  lock.unlock();
  if (!batch.empty()) finish_(batch);
  lock.lock();
  const auto reads = std::exchange(reads_, {});
  busy_ = false;
  lock.unlock();
  changed_.notify_all();
  done_();
  if (!reads.empty()) finish_(reads);
  lock.lock();
}

void Syncer::run() {
  pthread_setname_np(pthread_self(), "storage-sync");
  be_woken_at_once();
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ended_ || connection_; });
    if (!connection_) return;
    auto& connection = *std::exchange(connection_, nullptr);
    const auto batch = std::exchange(batch_, {});
    lock.unlock();
    std::optional<std::string> failure;
    try {
      connection.sync();
    } catch (const StorageError& error) {
      failure = error.what();
      for (auto* job : batch) job->failed = store_failed(*failure);
    }
    lock.lock();
    if (failure) failure_ = std::move(failure);
    end_turn(lock, batch);
  }
}

}  // namespace cloudvno::storage
