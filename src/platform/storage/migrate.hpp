// Brings a store to the schema of this program: the files of migrations/, in order, forward only.
#pragma once

#include <functional>
#include <span>

#include "base/embedded.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::storage {

// Applies the files NNNN_name.sql that the store has not seen, each in a transaction of its own
// with its line in the table schema_migration: stopped half-way, it goes on there. Two processes
// may do it at one time. Errors say in `detail`: a file whose columns are not declared
// (catalogue.hpp), a file that was changed after it was applied, a store that is newer than the
// program, a broken order of numbers, wrong SQL.
//
// Processes of the version before may go on meanwhile: the files leave them what they need, but for
// those with a line `-- @contract`. Before the first of these `nobody_serves` is asked, if the
// store is not empty, and its error is the answer. A file that waits for a table that others use
// gives way to them and tries again, for a minute.
Result<> migrate(Database& database, std::span<const embedded::File> files,
                 const std::function<Result<>()>& nobody_serves = {});

// How many of the files migrate() would apply: all where the store is empty. Changes nothing; the
// errors are those of migrate().
Result<std::size_t> pending_migrations(Database& database, std::span<const embedded::File> files);

}  // namespace cloudvno::storage
