// Threads that run tasks, and groups that own the tasks which run on them.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "platform/net/task.hpp"

namespace cloudvno::net {

// One named thread that runs one io_context, from construction to stop(). What is posted to it runs
// one after the other, so objects that live on one loop need no locks. An exception that escapes a
// handler is logged, and the loop goes on.
//
// Loops whose tasks await one another are all stopped before the first of them is destroyed, and
// with no such task under way: what is left of a task holds on to both.
class Loop {
 public:
  explicit Loop(std::string name);  // the thread shows the first 15 characters
  ~Loop();                          // stop()
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  Executor executor() { return context_.get_executor(); }
  boost::asio::io_context& context() { return context_; }
  bool runs_here() const { return std::this_thread::get_id() == thread_.get_id(); }

  // Ends the loop after the handler that runs now, and joins the thread; what still waits is
  // dropped with the loop. From another thread; a second call does nothing.
  void stop();

 private:
  void run(const std::string& name);

  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
};

// Owns the background tasks of one object, all on one executor (of one thread). A task that ends by
// an exception is logged; the others go on.
//
// The owner cancels and awaits the group before what its tasks use goes away:
//   tasks_.cancel();
//   co_await tasks_.wait();
// The destructor cancels too, but cannot wait: it is enough where the loop has ended before.
class TaskGroup {
 public:
  TaskGroup(Executor executor, std::string name);
  ~TaskGroup();  // cancel()
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // Starts a task; its name is for the log. From any thread. After cancel() the task is dropped
  // without having begun.
  void spawn(std::string_view name, Task<> task);
  // Asks every task to end: what it waits for throws operation_aborted. From any thread, final.
  void cancel();
  // Returns when no task is left. On any executor.
  Task<> wait();
  std::size_t running() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace cloudvno::net
