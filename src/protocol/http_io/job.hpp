// One request on its way to the handler and back, and the queue that carries it across threads.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "platform/net/task.hpp"
#include "protocol/http/message.hpp"

namespace cloudvno::http_io {

class Connection;
class JobQueue;
struct Seat;

// Written by the connection's thread until it is submitted, by the home thread until it is on the
// way back, then by the connection's thread again, which uses it for the connection's next request.
struct Job {
  std::weak_ptr<Connection> connection;  // to be locked on the connection's thread only
  std::shared_ptr<JobQueue> back;        // to that thread
  http::Request request;
  http::Response response;
  std::shared_ptr<const void> place;  // what it was admitted with; given back on the way back
  Seat* seat = nullptr;               // where it is handled; home thread only
  bool cancelled = false;             // home thread only
};
using JobPtr = std::shared_ptr<Job>;

// Carries jobs to one thread in batches: one post for all that come while that thread is busy.
// Bounded by its callers, who have at most Limits::running jobs out.
class JobQueue : public std::enable_shared_from_this<JobQueue> {
 public:
  // `take` runs on the executor's thread.
  JobQueue(net::Executor to, std::function<void(JobPtr)> take)
      : to_(std::move(to)), take_(std::move(take)) {}

  // From any thread. After close() the job is dropped.
  void put(JobPtr job);
  void put_all(std::vector<JobPtr>& jobs);  // leaves it empty
  // On the executor's thread, or after it has ended; nothing is taken any more.
  void close();

 private:
  void post_delivery();
  void deliver();

  const net::Executor to_;
  std::function<void(JobPtr)> take_;
  std::vector<JobPtr> batch_;  // being delivered; the executor's thread only

  std::mutex mutex_;
  std::vector<JobPtr> waiting_;
  bool posted_ = false;
  bool closed_ = false;
};

}  // namespace cloudvno::http_io
