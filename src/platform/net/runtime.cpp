// Loops and task groups on Asio.
#include "platform/net/runtime.hpp"

#include <pthread.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <list>

#include "base/log.hpp"
#include "platform/net/event.hpp"
#include "platform/net/run_on.hpp"

namespace cloudvno::net {
namespace asio = boost::asio;

Loop::Loop(std::string name) : work_(asio::make_work_guard(context_)) {
  thread_ = std::thread([this, name = std::move(name)] { run(name); });
}

Loop::~Loop() {
  stop();
}

void Loop::run(const std::string& name) {
  pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
  for (;;) {
    try {
      context_.run();
      return;
    } catch (const std::exception& error) {
      log::error("loop.exception", {{"loop", name}, {"cause", error.what()}});
    }
  }
}

void Loop::stop() {
  context_.stop();
  if (thread_.joinable()) thread_.join();
}

// Shared by the group and the completion handlers of its tasks, which may outlive it. All but
// `running` belongs to the executor's thread.
struct TaskGroup::State : std::enable_shared_from_this<State> {
  State(Executor on, std::string called)
      : executor(std::move(on)), name(std::move(called)), emptied(executor) {}

  void start(std::string task_name, Task<> task) {
    if (cancelled) {
      ended();
      return;
    }
    const auto place = signals.emplace(signals.end());
    asio::co_spawn(executor, std::move(task),
                   asio::bind_cancellation_slot(
                       place->slot(), [self = shared_from_this(), place,
                                       task_name = std::move(task_name)](std::exception_ptr cause) {
                         if (cause) self->report(task_name, cause);
                         // The signal may be the one that is being emitted: not from here.
                         asio::post(self->executor, [self, place] {
                           self->signals.erase(place);
                           self->ended();
                         });
                       }));
  }

  void report(const std::string& task_name, std::exception_ptr cause) const {
    try {
      std::rethrow_exception(cause);
    } catch (const boost::system::system_error& error) {
      if (cancelled && error.code() == asio::error::operation_aborted) return;
      log::error("task.failed", {{"group", name}, {"task", task_name}, {"cause", error.what()}});
    } catch (const std::exception& error) {
      log::error("task.failed", {{"group", name}, {"task", task_name}, {"cause", error.what()}});
    }
  }

  void ended() {
    if (--running == 0) emptied.set();
  }

  void cancel() {
    cancelled = true;
    for (auto& signal : signals) signal.emit(asio::cancellation_type::terminal);
  }

  Executor executor;
  std::string name;
  std::list<asio::cancellation_signal> signals;
  Event emptied;
  bool cancelled = false;
  std::atomic<std::size_t> running = 0;
};

TaskGroup::TaskGroup(Executor executor, std::string name)
    : state_(std::make_shared<State>(std::move(executor), std::move(name))) {}

TaskGroup::~TaskGroup() {
  cancel();
}

void TaskGroup::spawn(std::string_view name, Task<> task) {
  ++state_->running;
  asio::dispatch(state_->executor,
                 [state = state_, name = std::string(name), task = std::move(task)]() mutable {
                   state->start(std::move(name), std::move(task));
                 });
}

void TaskGroup::cancel() {
  asio::dispatch(state_->executor, [state = state_] { state->cancel(); });
}

Task<> TaskGroup::wait() {
  // By value: a waiter may outlive the group.
  const auto wait_here = [](std::shared_ptr<State> state) -> Task<> {
    while (state->running > 0) co_await state->emptied.wait();
  };
  return run_on(state_->executor, wait_here(state_));
}

std::size_t TaskGroup::running() const {
  return state_->running;
}

}  // namespace cloudvno::net
