// All rows of one moment, as records.
#pragma once

#include <functional>

#include "domain/backup/records.hpp"

namespace cloudvno::backup {

// What belongs to one life of processes on one store, and is not taken along: nodes, duties, and
// what this room notes itself.
bool is_taken_along(const storage::Table& table);
// Data keys, and what they are wrapped under: in the keys file, in no archive.
bool is_of_keys(const storage::Table& table);

TableHeader header_of(const storage::Table& table);

// Gives the records in pieces to `take`. In one read transaction, so of one moment.
Result<> dump_table(storage::Transaction& tx, const storage::Table& table, RecordWriter& writer,
                    const std::function<Result<>(RecordWriter&)>& take);

}  // namespace cloudvno::backup
