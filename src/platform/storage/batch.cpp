// Runs many waiting bodies in one transaction.
#include "platform/storage/batch.hpp"

#include <fmt/format.h>

#include <chrono>

namespace cloudvno::storage {
namespace {

// Runs one body; true if what it did is to be kept. Throws StorageError and Conflict only if the
// transaction is lost.
bool run_body(Connection& connection, Job& job, bool settle) {
  try {
    const bool keep = job.body(connection.transaction());
    // A body may swallow what a statement threw; a lost transaction stays lost.
    if (!connection.transaction_good()) throw StorageError("the transaction was lost");
    if (settle) connection.settle();
    return keep;
  } catch (const Conflict&) {
    throw;
  } catch (const StorageError& error) {
    if (!connection.transaction_good()) throw;
    job.failed = store_failed(error.what());
  } catch (const UnstorableText& error) {
    job.failed = Error{
        Errc::invalid_parameter, "A text has a NUL character or is no UTF-8.", {}, error.what(), 0};
  } catch (const std::exception& error) {
    if (!connection.transaction_good()) throw StorageError(error.what());
    job.failed = Error{Errc::internal_error, {}, {}, error.what(), 0};
  } catch (...) {
    if (!connection.transaction_good()) throw StorageError("a body threw");
    job.failed = Error{Errc::internal_error, {}, {}, "a body threw something strange", 0};
  }
  return false;
}

// False if a body has to be taken back and cannot be, because it runs without a savepoint; one that
// is alone in its transaction takes that with it.
bool run_bodies(Connection& connection, std::span<Job* const> batch, bool alone, bool may_undo) {
  for (auto* job : batch) {
    job->failed.reset();
    connection.begin_body(may_undo);
    const bool keep = run_body(connection, *job, may_undo);
    if (keep || !connection.body_wrote()) {
      connection.end_body();
    } else if (may_undo) {
      connection.undo_body();
    } else if (!alone) {
      return false;
    } else {
      connection.rollback();
      connection.begin();
    }
  }
  return true;
}

// One transaction for all; false if it must be run again with savepoints.
bool run_together(Connection& connection, std::vector<Job*>& batch, bool may_undo,
                  const BatchEnd* end, BatchOutcome& outcome) {
  using std::chrono::steady_clock;
  connection.begin();
  std::size_t done = 0;
  do {
    if (!run_bodies(connection, std::span(batch).subspan(done), batch.size() == 1, may_undo))
      return false;
    done = batch.size();
  } while (end && end->more(batch));
  const auto start = steady_clock::now();
  try {
    end ? end->commit(batch.size()) : connection.commit();
  } catch (const StatementError& error) {
    if (may_undo) throw StorageError(error.what());
    return false;
  }
  outcome.commit += steady_clock::now() - start;
  return true;
}

void run_batch_or_throw(Connection& connection, std::vector<Job*>& batch, const BatchEnd* end,
                        BatchOutcome& outcome) {
  if (run_together(connection, batch, false, end, outcome)) return;
  connection.rollback();
  run_together(connection, batch, true, end, outcome);
}

void fail_all(Connection& connection, std::span<Job* const> batch, const StorageError& error,
              BatchOutcome& outcome) {
  connection.rollback();
  for (auto* job : batch) job->failed = store_failed(error.what());
  outcome.failure = error;
}

// For a batch that lost against another process: a transaction for each body.
void run_each(Connection& connection, std::span<Job* const> batch, BatchOutcome& outcome) {
  constexpr int tries = 2;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    for (int tried = 1;; ++tried) {
      try {
        std::vector<Job*> one{batch[i]};
        run_batch_or_throw(connection, one, nullptr, outcome);
        break;
      } catch (const Conflict& conflict) {
        connection.rollback();
        batch[i]->failed = store_failed(conflict.what());
        if (tried == tries) break;
      } catch (const StorageError& error) {
        return fail_all(connection, batch.subspan(i), error, outcome);
      }
    }
  }
}

}  // namespace

Error store_failed(std::string_view cause) {
  return {Errc::service_unavailable, {}, {}, fmt::format("the store failed: {}", cause), 1};
}

BatchOutcome run_batch(Connection& connection, std::vector<Job*>& batch, const BatchEnd* end) {
  BatchOutcome outcome;
  try {
    run_batch_or_throw(connection, batch, end, outcome);
  } catch (const Conflict&) {
    connection.rollback();
    run_each(connection, batch, outcome);
  } catch (const StorageError& error) {
    fail_all(connection, batch, error, outcome);
  }
  return outcome;
}

}  // namespace cloudvno::storage
