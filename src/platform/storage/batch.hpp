// Runs many waiting bodies in one transaction, so that they share the cost of one commit.
#pragma once

#include <optional>
#include <span>

#include "platform/storage/connection.hpp"

namespace cloudvno::storage {

// Runs the bodies in order and commits; then each job's `failed` tells how it went. A body that
// fails is rolled back alone. If the store fails, all bodies failed. Answers the store's failure,
// if there was one. Calls no `finish`.
//
// Bodies first run without savepoints, because most succeed and a savepoint a body costs more than
// all else that the batch adds to them. Should one fail after it has written, the batch is rolled
// back and run again with a savepoint for each: at most twice the work, whatever fails.
std::optional<StorageError> run_batch(Connection& connection, std::span<Job* const> batch);

// What the callers get while the store fails; `cause` goes to their log.
Error store_failed(std::string_view cause);

}  // namespace cloudvno::storage
