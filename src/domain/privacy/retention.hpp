// Retention: rows whose time is over are deleted, in bounded steps.
//
// For customers they are gone at the second (api::Caller::visible_from); this frees the disk.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "platform/storage/catalogue.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::privacy {

// One sweep over one table: rows of all accounts that are older than the table keeps them, or of
// one account that asked for less.
struct Sweep {
  const storage::Table* table = nullptr;
  std::string account;  // empty: all
  Time before;          // rows made before then
};

// The sweeps that are due by `now`.
std::vector<Sweep> list_sweeps(storage::Transaction& tx, const std::vector<storage::Table>& tables,
                               Time now);

// How far a sweep has come: what is behind was deleted, or is held.
struct SweepPosition {
  std::string prefix;  // of the SIDs where ages are SIDs: one kind of resource after the other
  std::string sid;     // go on from here
  Time time;           // the same where ages are times
  bool done = false;
};

// Deletes at most `most` rows, looks at ten times as many, and moves the position. Answers how many
// it deleted.
std::int64_t sweep_step(storage::Transaction& tx, const Sweep& sweep, SweepPosition& position,
                        std::int64_t most);

}  // namespace cloudvno::privacy
