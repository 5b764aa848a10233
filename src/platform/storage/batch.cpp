// Runs many waiting bodies in one transaction.
#include "platform/storage/batch.hpp"

#include <fmt/format.h>

namespace cloudvno::storage {
namespace {

// Runs one body; true if what it did is to be kept. Throws StorageError only if the transaction is
// lost.
bool run_body(Connection& connection, Job& job) {
  try {
    const bool keep = job.body(connection.transaction());
    // A body may swallow what a statement threw; a lost transaction stays lost.
    if (!connection.transaction_good()) throw StorageError("the transaction was lost");
    return keep;
  } catch (const StorageError& error) {
    if (!connection.transaction_good()) throw;
    job.failed = store_failed(error.what());
  } catch (const std::exception& error) {
    if (!connection.transaction_good()) throw StorageError(error.what());
    job.failed = Error{Errc::internal_error, {}, {}, error.what(), 0};
  } catch (...) {
    if (!connection.transaction_good()) throw StorageError("a body threw");
    job.failed = Error{Errc::internal_error, {}, {}, "a body threw something strange", 0};
  }
  return false;
}

// False if a body has to be taken back and cannot be, because it runs without a savepoint.
bool run_bodies(Connection& connection, std::span<Job* const> batch, bool may_undo) {
  for (auto* job : batch) {
    job->failed.reset();
    connection.begin_body(may_undo);
    const bool keep = run_body(connection, *job);
    if (keep || !connection.body_wrote()) {
      connection.end_body();
    } else if (may_undo) {
      connection.undo_body();
    } else if (batch.size() > 1) {
      return false;
    } else {
      connection.rollback();
      connection.begin();
    }
  }
  return true;
}

}  // namespace

Error store_failed(std::string_view cause) {
  return {Errc::service_unavailable, {}, {}, fmt::format("the store failed: {}", cause), 1};
}

BatchOutcome run_batch(Connection& connection, std::span<Job* const> batch) {
  using std::chrono::steady_clock;
  BatchOutcome outcome;
  try {
    connection.begin();
    if (!run_bodies(connection, batch, false)) {
      connection.rollback();
      connection.begin();
      run_bodies(connection, batch, true);
    }
    const auto start = steady_clock::now();
    connection.commit();
    outcome.commit = steady_clock::now() - start;
  } catch (const StorageError& error) {
    connection.rollback();
    for (auto* job : batch) job->failed = store_failed(error.what());
    outcome.failure = error;
  }
  return outcome;
}

}  // namespace cloudvno::storage
