// Brings to the disk what a writer committed ahead, while the writer runs the next transaction.
//
// A sync takes as long as some tens of bodies, and most of it is waiting. With it on a thread of
// its own the writer does not wait; what comes meanwhile is gathered in one transaction, which is
// committed when the sync is done. So there are no more syncs than if the writer did them.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "platform/storage/connection.hpp"

namespace cloudvno::storage {

// One transaction at a time. Nobody of this process is answered of what the disk does not have:
// neither who wrote it, nor who may have read it.
class Syncer {
 public:
  // At most so many reads are held back at once. `finish` answers jobs, `done` is called after each
  // sync; both on the syncer's thread.
  Syncer(std::size_t most_reads, std::function<void(std::span<Job* const>)> finish,
         std::function<void()> done);
  ~Syncer();
  Syncer(const Syncer&) = delete;
  Syncer& operator=(const Syncer&) = delete;

  // The writer's part. From announce() on, readers may see a transaction that is not on the disk;
  // then either it was committed ahead, and `batch` is answered after the sync, or it was not.
  bool is_busy() const { return busy_; }
  void wait_until_idle();
  void announce();
  void committed(Connection& connection, std::vector<Job*> batch);
  void not_committed();
  // The cause of a sync that failed since the last call.
  std::optional<std::string> take_failure();

  // A reader's part: false if it saw nothing but what is on the disk; otherwise the jobs are
  // answered with the transaction that they may have seen, or refused if too many wait. If that
  // fails to reach the disk they are answered all the same, since a failing disk can still be read.
  bool hold_back(std::vector<Job*>& reads);

 private:
  void run();
  void end_turn(std::unique_lock<std::mutex>& lock, std::span<Job* const> batch);

  const std::size_t most_reads_;
  const std::function<void(std::span<Job* const>)> finish_;
  const std::function<void()> done_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> busy_ = false;    // changed under mutex_
  Connection* connection_ = nullptr;  // whose transaction is to be synced
  std::vector<Job*> batch_;
  std::vector<Job*> reads_;
  std::optional<std::string> failure_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace cloudvno::storage
