// The database of any engine: bodies wait in two queues, storage threads take them in batches.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "platform/storage/connection.hpp"
#include "platform/storage/database.hpp"
#include "platform/storage/job_queue.hpp"

namespace cloudvno::storage {

class Syncer;

struct BatchOptions {
  int readers = 2;                        // threads, each with a connection
  std::size_t most_waiting = 20'000;      // of each kind; beyond that, service_unavailable at once
  std::size_t most_writes_a_batch = 512;  // bounds how long the first of a batch waits
  std::size_t most_reads_a_batch = 32;
  // Between attempts to open a connection anew after the store failed: none before the first, then
  // doubling from the first of these to the second.
  std::chrono::milliseconds first_retry{100};
  std::chrono::milliseconds longest_retry{2000};
};

// One writer thread (so writes run in the order of the calls) and several readers, from
// construction to destruction. A batch's completions go to the home executor with one post.
//
// A connection whose store failed is closed, never used on: what a failed write left behind is
// judged by the engine's own recovery when the connection is opened again. Until that succeeds,
// jobs are answered with service_unavailable at once.
//
// A transaction of many bodies is committed ahead where the engine can, and brought to the disk by
// a thread of its own (syncer.hpp).
//
// The home executor's context must outlive it.
class BatchedDatabase final : public Database {
 public:
  // Throws StorageError. Called on the storage thread that will use the connection, but for the
  // first of each.
  using Open = std::function<std::unique_ptr<Connection>(bool writer)>;

  // Opens all connections before it returns; throws StorageError.
  BatchedDatabase(Open open, const BatchOptions& options, net::Executor home);
  // Finishes what waits, refuses what comes.
  ~BatchedDatabase() override;

 protected:
  net::Task<std::optional<Error>> submit(Kind kind, Body body) override;
  std::optional<Error> submit_now(Kind kind, Body body) override;

 private:
  struct Shared;
  class Worker;

  // With the closures that complete batches, which may run on the home executor after us.
  std::shared_ptr<Shared> shared_;
  std::unique_ptr<Syncer> syncer_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace cloudvno::storage
