// Runs the handler on the home executor, in coroutines that serve one request after the other.
#pragma once

#include <atomic>
#include <boost/asio/cancellation_signal.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "protocol/http_io/job.hpp"
#include "protocol/http_io/server.hpp"

namespace cloudvno::http_io {

class HandlerPool;

// One long-lived coroutine of the pool: spawning one per request costs more than many handlers do.
struct Seat : std::enable_shared_from_this<Seat> {
  boost::asio::cancellation_signal signal;
  std::shared_ptr<HandlerPool> pool;  // while it has a job
  JobPtr job;
  std::move_only_function<void()> resume;  // while it has none
};

// There are as many seats as requests were ever handled at once; of idle ones 64 are kept. Lives on
// the home executor but for admit(), submit(), cancel() and close(), which any thread may call.
class HandlerPool : public std::enable_shared_from_this<HandlerPool> {
 public:
  // At most `most_running` jobs at once.
  static std::shared_ptr<HandlerPool> make(net::Executor home, Handler handler, Refuse refuse,
                                           std::size_t most_running);
  ~HandlerPool();
  HandlerPool(const HandlerPool&) = delete;
  HandlerPool& operator=(const HandlerPool&) = delete;

  // Keeps room for one job; false if too many are being handled. To be followed by submit().
  bool admit();
  // Handles the jobs and puts each on its way back. Leaves `jobs` empty.
  void submit(std::vector<JobPtr>& jobs) { queue_->put_all(jobs); }
  // The handler's wait ends with operation_aborted; its answer is of no more interest.
  void cancel(JobPtr job);
  // Cancels all handlers and ends the seats.
  void close();

 private:
  HandlerPool(net::Executor home, Handler handler, Refuse refuse, std::size_t most_running);
  void take(JobPtr job);
  void hand(const std::shared_ptr<Seat>& seat, JobPtr job);
  void end_all();
  net::Task<> serve(std::shared_ptr<Seat> seat);
  net::Task<> handle(Job& job);

  const net::Executor home_;
  const Handler handler_;
  const Refuse refuse_;
  std::shared_ptr<JobQueue> queue_;
  std::vector<std::shared_ptr<Seat>> idle_;
  std::vector<std::weak_ptr<Seat>> all_;
  const std::size_t most_running_;
  std::atomic<std::size_t> running_ = 0;
  bool closed_ = false;
};

}  // namespace cloudvno::http_io
