// The database of any engine: two queues, one writer thread, several readers.
#include "platform/storage/batched_database.hpp"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <future>
#include <map>
#include <utility>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "platform/storage/batch.hpp"
#include "platform/storage/syncer.hpp"

namespace cloudvno::storage {
namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace {

double in_seconds(steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// Says each cause at most once a second: a full disk fails thousands of requests with one cause.
class CauseLog {
 public:
  void report(std::string_view thread, const std::string& cause) {
    const auto now = steady_clock::now();
    if (said_.size() >= 64) said_.clear();
    auto& last = said_[cause];
    if (last != steady_clock::time_point() && now - last < std::chrono::seconds(1)) return;
    last = now;
    log::error("storage.failed", {{"thread", thread}, {"cause", cause}});
  }

 private:
  std::map<std::string, steady_clock::time_point> said_;
};

struct Lane {
  Lane(std::string_view kind, std::size_t most_waiting, std::size_t most_a_batch,
       std::size_t threads)
      : label(fmt::format("kind=\"{}\"", kind)),
        queue(most_waiting, metrics::gauge("cloudvno_storage_queue_length",
                                           "Bodies of SQL that wait for a storage thread.", label)),
        batches(metrics::counter("cloudvno_storage_batches_total",
                                 "Transactions of the store, each of one or more bodies.", label)),
        bodies(metrics::counter("cloudvno_storage_bodies_total",
                                "Bodies of SQL that ran; over the batches: the batch size.",
                                label)),
        refused(metrics::counter("cloudvno_storage_refused_total",
                                 "Bodies refused because the queue was full.", label)),
        failures(metrics::counter("cloudvno_storage_failures_total",
                                  "Transactions that the store could not do.", label)),
        batch_seconds(metrics::histogram("cloudvno_storage_batch_seconds",
                                         "Duration of a transaction with its commit.", label)),
        commit_seconds(metrics::histogram("cloudvno_storage_commit_seconds",
                                          "Duration of a transaction's commit alone.", label)),
        batch_limit(most_a_batch),
        takers(threads) {}

  std::string label;
  JobQueue queue;
  metrics::Counter& batches;
  metrics::Counter& bodies;
  metrics::Counter& refused;
  metrics::Counter& failures;
  metrics::Histogram& batch_seconds;
  metrics::Histogram& commit_seconds;
  std::size_t batch_limit;
  std::size_t takers;
  std::vector<Job*> gathered;  // submitted in this turn of the home executor; its thread only
};

Error overloaded() {
  return {Errc::service_unavailable, {}, {}, "the store's queue is full", 1};
}

using Finishers = std::vector<std::move_only_function<void()>>;

// Resumes the waiters of a batch on the home executor.
struct Completion {
  net::Executor home;
  Finishers finishers;
  std::size_t next = 0;

  void operator()() {
    try {
      while (next < finishers.size()) std::exchange(finishers[next++], nullptr)();
    } catch (...) {
      // A waiter's exception is its own affair; the others must hear all the same.
      auto executor = home;
      asio::post(executor, std::move(*this));
      throw;
    }
  }
};

}  // namespace

struct BatchedDatabase::Shared {
  Shared(Open opener, const BatchOptions& given, net::Executor executor)
      : open(std::move(opener)),
        options(given),
        home(std::move(executor)),
        writes("write", given.most_waiting, given.most_writes_a_batch, 1),
        reads("read", given.most_waiting, given.most_reads_a_batch,
              static_cast<std::size_t>(given.readers)) {}

  Lane& lane(Kind kind) { return kind == Kind::write ? writes : reads; }

  // What is submitted in one turn of the home executor goes to the queues together: a thread wakes
  // once for all of it and takes it as one batch. Home executor only.
  static void gather(const std::shared_ptr<Shared>& shared, Lane& lane, Job& job) {
    lane.gathered.push_back(&job);
    if (std::exchange(shared->hand_over_posted, true)) return;
    asio::post(shared->home, [shared] { shared->hand_over(); });
  }

  void hand_over() {
    hand_over_posted = false;
    for (auto* lane : {&writes, &reads}) {
      if (lane->gathered.empty()) continue;
      lane->queue.push_all(lane->gathered);
      for (auto* job : std::exchange(lane->gathered, {})) {
        lane->refused.add();
        job->failed = overloaded();
        asio::post(home, std::move(job->finish));
      }
    }
  }

  // Answers the jobs, which are gone then.
  void finish(std::span<Job* const> batch) {
    Finishers at_home;
    Finishers elsewhere;
    for (auto* job : batch) {
      (job->on_home ? at_home : elsewhere).push_back(std::move(job->finish));
    }
    if (!at_home.empty()) {
      asio::post(home, Completion{home, std::move(at_home)});
    }
    for (auto& finisher : elsewhere) finisher();
  }

  Open open;
  BatchOptions options;
  net::Executor home;
  Lane writes;
  Lane reads;
  bool hand_over_posted = false;
};

// One storage thread with its connection.
class BatchedDatabase::Worker {
 public:
  Worker(std::shared_ptr<Shared> shared, Syncer& syncer, bool writer, std::string name)
      : shared_(std::move(shared)),
        syncer_(syncer),
        writer_(writer),
        name_(std::move(name)),
        lane_(writer ? shared_->writes : shared_->reads),
        connection_(shared_->open(writer)) {
    thread_ = std::thread([this] { run(); });
  }
  ~Worker() {
    if (thread_.joinable()) thread_.join();
  }

 private:
  void run() {
    pthread_setname_np(pthread_self(), name_.c_str());
    std::vector<Job*> batch;
    const BatchEnd end{[this](auto& jobs) { return take_more(jobs); },
                       [this](std::size_t bodies) { commit(bodies); }};
    while (lane_.queue.take(batch, lane_.batch_limit, lane_.takers)) {
      const auto start = steady_clock::now();
      if (ready()) {
        const auto outcome = run_batch(*connection_, batch, writer_ ? &end : nullptr);
        if (outcome.failure) {
          const bool synced = !std::exchange(sync_failed_, false);
          failed(outcome.failure->what(), synced && connection_->usable());
        } else {
          wait_ = {};
          lane_.commit_seconds.observe(in_seconds(outcome.commit));
        }
      } else {
        for (auto* job : batch) job->failed = store_failed(last_cause_);
      }
      lane_.batches.add();
      lane_.bodies.add(static_cast<std::int64_t>(batch.size()));
      lane_.batch_seconds.observe(in_seconds(steady_clock::now() - start));
      finish(batch);
    }
    close();
  }

  // A transaction whose commit has to wait for a sync takes in what comes meanwhile.
  bool take_more(std::vector<Job*>& batch) {
    if (batch.size() >= lane_.batch_limit) return false;
    return lane_.queue.take_more(batch, lane_.batch_limit - batch.size(),
                                 [this] { return syncer_.is_busy(); });
  }

  void commit(std::size_t bodies) {
    syncer_.wait_until_idle();
    if (const auto cause = syncer_.take_failure()) {
      sync_failed_ = true;
      throw StorageError(*cause);
    }
    // Of so few, nobody else is likely to wait for the writer, and another thread costs more.
    constexpr std::size_t few = 8;
    if (bodies < few || !connection_->can_commit_ahead()) return connection_->commit();
    syncer_.announce();
    try {
      connection_->commit_ahead();
    } catch (...) {
      syncer_.not_committed();
      throw;
    }
    ahead_ = true;
  }

  void finish(std::vector<Job*>& batch) {
    if (std::exchange(ahead_, false)) {
      syncer_.committed(*connection_, std::move(batch));
    } else if (writer_ || !syncer_.hold_back(batch)) {
      // After those of the transaction before.
      if (writer_) syncer_.wait_until_idle();
      shared_->finish(batch);
    }
  }

  void close() {
    if (writer_) {
      syncer_.wait_until_idle();
      syncer_.take_failure();  // of this connection
    }
    connection_.reset();
  }

  // Opens the connection again where it was given up, unless that was tried just now.
  bool ready() {
    if (writer_ && connection_) {
      if (const auto cause = syncer_.take_failure()) failed(*cause, false);
    }
    if (connection_) return true;
    if (steady_clock::now() < retry_at_) return false;
    try {
      connection_ = shared_->open(writer_);
      log::info("storage.reopened", {{"thread", name_}});
      return true;
    } catch (const StorageError& error) {
      failed(error.what(), false);
      return false;
    }
  }

  void failed(const std::string& cause, bool usable) {
    lane_.failures.add();
    causes_.report(name_, cause);
    last_cause_ = cause;
    if (usable) return;
    close();
    retry_at_ = steady_clock::now() + wait_;
    wait_ = std::clamp(wait_ * 2, shared_->options.first_retry, shared_->options.longest_retry);
  }

  std::shared_ptr<Shared> shared_;
  Syncer& syncer_;
  const bool writer_;
  const std::string name_;
  Lane& lane_;
  std::unique_ptr<Connection> connection_;  // none while the store fails
  bool sync_failed_ = false;
  bool ahead_ = false;                 // the batch's transaction is committed, but not on the disk
  std::chrono::milliseconds wait_{0};  // before the next attempt to open
  steady_clock::time_point retry_at_;
  std::string last_cause_;
  CauseLog causes_;
  std::thread thread_;
};

BatchedDatabase::BatchedDatabase(Open open, const BatchOptions& options, net::Executor home)
    : shared_(std::make_shared<Shared>(std::move(open), options, std::move(home))),
      syncer_(std::make_unique<Syncer>(
          options.most_waiting, [shared = shared_](auto jobs) { shared->finish(jobs); },
          [shared = shared_] { shared->writes.queue.look_again(); })) {
  try {
    workers_.push_back(std::make_unique<Worker>(shared_, *syncer_, true, "storage-write"));
    for (int i = 0; i < options.readers; ++i) {
      workers_.push_back(
          std::make_unique<Worker>(shared_, *syncer_, false, fmt::format("storage-read-{}", i)));
    }
  } catch (...) {
    shared_->writes.queue.close();
    shared_->reads.queue.close();
    throw;
  }
}

BatchedDatabase::~BatchedDatabase() {
  // The writer last, and alone: who closes an SQLite file last moves the log into it, and of two
  // that close at once neither does.
  shared_->reads.queue.close();
  while (workers_.size() > 1) workers_.pop_back();
  shared_->writes.queue.close();
  workers_.clear();
}

net::Task<std::optional<Error>> BatchedDatabase::submit(Kind kind, Body body) {
  Job job(std::move(body));
  job.on_home = true;
  auto& lane = shared_->lane(kind);
  // The handler has a cancellation slot that nothing is put into: the body refers to the caller's
  // frame, so the wait ends with the body and not before.
  co_await asio::async_initiate<const asio::use_awaitable_t<net::Executor>, void()>(
      [&](auto handler) {
        job.finish = std::move(handler);
        Shared::gather(shared_, lane, job);
      },
      asio::use_awaitable);
  co_return std::move(job.failed);
}

std::optional<Error> BatchedDatabase::submit_now(Kind kind, Body body) {
  Job job(std::move(body));
  std::promise<void> done;
  const auto waiting = done.get_future();
  job.finish = [done = std::move(done)]() mutable { done.set_value(); };
  auto& lane = shared_->lane(kind);
  if (!lane.queue.push(job)) {
    lane.refused.add();
    return overloaded();
  }
  waiting.wait();
  return std::move(job.failed);
}

}  // namespace cloudvno::storage
