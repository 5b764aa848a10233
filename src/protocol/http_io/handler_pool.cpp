// Seats: taken in turn, resumed in place.
#include "protocol/http_io/handler_pool.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.hpp"

namespace cloudvno::http_io {
namespace asio = boost::asio;

namespace {

constexpr std::size_t most_idle = 64;

}  // namespace

HandlerPool::HandlerPool(net::Executor home, Handler handler, Refuse refuse,
                         std::size_t most_running)
    : home_(std::move(home)),
      handler_(std::move(handler)),
      refuse_(std::move(refuse)),
      most_running_(most_running) {}

std::shared_ptr<HandlerPool> HandlerPool::make(net::Executor home, Handler handler, Refuse refuse,
                                               std::size_t most_running) {
  std::shared_ptr<HandlerPool> pool(
      new HandlerPool(std::move(home), std::move(handler), std::move(refuse), most_running));
  pool->queue_ = std::make_shared<JobQueue>(pool->home_, [weak = std::weak_ptr(pool)](JobPtr job) {
    if (const auto self = weak.lock()) self->take(std::move(job));
  });
  return pool;
}

// An idle seat and its coroutine hold one another; close() undoes that, where the home executor
// still runs it.
HandlerPool::~HandlerPool() {
  for (const auto& seat : idle_) seat->resume = nullptr;
}

bool HandlerPool::admit() {
  if (running_.fetch_add(1) < most_running_) return true;
  --running_;
  return false;
}

void HandlerPool::take(JobPtr job) {
  if (job->cancelled) {
    --running_;
    job->place.reset();
    return;
  }
  if (!idle_.empty()) {
    const auto seat = std::move(idle_.back());
    idle_.pop_back();
    hand(seat, std::move(job));
    return;
  }
  const auto seat = std::make_shared<Seat>();
  std::erase_if(all_, [](const auto& weak) { return weak.expired(); });
  all_.push_back(seat);
  seat->pool = shared_from_this();
  seat->job = std::move(job);
  seat->job->seat = seat.get();
  asio::co_spawn(home_, serve(seat),
                 asio::bind_cancellation_slot(seat->signal.slot(), [seat](std::exception_ptr) {}));
}

void HandlerPool::hand(const std::shared_ptr<Seat>& seat, JobPtr job) {
  seat->pool = shared_from_this();
  seat->job = std::move(job);
  if (seat->job) seat->job->seat = seat.get();
  auto resume = std::exchange(seat->resume, nullptr);
  resume();
}

net::Task<> HandlerPool::serve(std::shared_ptr<Seat> seat) {
  // Not `this`: while a seat is idle, the pool may go away.
  while (seat->job) {
    auto pool = std::move(seat->pool);
    auto job = std::exchange(seat->job, nullptr);
    co_await pool->handle(*job);
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
      co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
    job->seat = nullptr;
    --pool->running_;
    if (job->cancelled) {
      job->place.reset();
    } else {
      job->back->put(job);
    }
    job.reset();
    if (pool->closed_ || pool->idle_.size() >= most_idle) co_return;
    pool->idle_.push_back(seat);
    pool.reset();
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
        [raw = seat.get()](auto handler) { raw->resume = std::move(handler); },
        asio::use_awaitable);
  }
}

net::Task<> HandlerPool::handle(Job& job) {
  try {
    job.response = co_await handler_(std::move(job.request));
    co_return;
  } catch (const std::exception& error) {
    if (job.cancelled) co_return;
    log::error("http.handler_failed", {{"cause", error.what()}});
  } catch (...) {
    log::error("http.handler_failed");
  }
  job.response = refuse_(500, "The request could not be handled.");
}

void HandlerPool::cancel(JobPtr job) {
  asio::post(home_, [self = shared_from_this(), job = std::move(job)] {
    job->cancelled = true;
    if (job->seat) job->seat->signal.emit(asio::cancellation_type::terminal);
  });
}

void HandlerPool::close() {
  asio::post(home_, [self = shared_from_this()] { self->end_all(); });
}

void HandlerPool::end_all() {
  closed_ = true;
  queue_->close();
  for (const auto& seat : std::exchange(idle_, {})) hand(seat, nullptr);
  for (const auto& weak : std::exchange(all_, {})) {
    if (const auto seat = weak.lock()) seat->signal.emit(asio::cancellation_type::terminal);
  }
}

}  // namespace cloudvno::http_io
