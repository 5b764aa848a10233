// Deleting what is past its time.
#include "domain/privacy/retention.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "domain/privacy/legal_hold.hpp"
#include "domain/privacy/rows.hpp"

namespace cloudvno::privacy {
namespace {

// The first 12 digits of a SID are its milliseconds (base/model/sid.hpp).
std::string sid_before(std::string_view prefix, Time time) {
  return fmt::format("{}{:012x}", prefix, std::max<std::int64_t>(0, to_micros(time) / 1000));
}

// The smallest SID from there on, or nothing.
std::string next_sid(storage::Transaction& tx, const storage::Table& table,
                     const std::string& from) {
  Sql sql(fmt::format("SELECT {0} FROM {1} WHERE {0} >= ", table.age, table.name));
  sql.value(storage::to_parameter(from)) << fmt::format(" ORDER BY {} LIMIT 1", table.age);
  const auto rows = sql.query(tx);
  return rows->next() ? std::string(rows->text(0)) : std::string();
}

// What the step deleted, and the age of the youngest of it.
struct Deleted {
  std::int64_t rows = 0;
  Cell youngest;
};

Deleted delete_between(storage::Transaction& tx, const Sweep& sweep, const storage::Parameter& from,
                       const storage::Parameter& until, std::int64_t most) {
  const auto& table = *sweep.table;
  Sql sql(fmt::format("DELETE FROM {} WHERE ", table.name));
  sql.list(table.key) << fmt::format(
      " IN (SELECT {} FROM {} WHERE {} >= ", fmt::join(table.key, ", "), table.name, table.age);
  sql.value(from) << fmt::format(" AND {} < ", table.age);
  sql.value(until) << " AND " << not_held(table);
  if (!sweep.account.empty()) {
    sql << fmt::format(" AND {} = ", table.account);
    sql.value(storage::to_parameter(sweep.account));
  }
  sql << fmt::format(" ORDER BY {} LIMIT ", table.age);
  sql.value(most) << fmt::format(") RETURNING {}", table.age);
  Deleted deleted;
  for (const auto rows = sql.query(tx); rows->next(); ++deleted.rows) {
    auto age = read_cell(*rows, 0, *table.find(table.age));
    if (deleted.rows == 0 || deleted.youngest < age) deleted.youngest = std::move(age);
  }
  return deleted;
}

}  // namespace

std::vector<Sweep> list_sweeps(storage::Transaction& tx, const std::vector<storage::Table>& tables,
                               Time now) {
  struct Shorter {
    std::string account;
    std::chrono::days keep;
  };
  std::vector<Shorter> shorter;
  const auto rows = tx.query("SELECT sid, retention_days FROM account WHERE retention_days < 90");
  while (rows->next()) {
    shorter.push_back({std::string(rows->text(0)), std::chrono::days(rows->integer(1))});
  }
  std::vector<Sweep> sweeps;
  for (const auto& table : tables) {
    if (table.keep.count() == 0) continue;
    sweeps.push_back({&table, {}, now - table.keep});
    if (table.account.empty()) continue;
    for (const auto& [account, keep] : shorter) {
      if (keep < table.keep) sweeps.push_back({&table, account, now - keep});
    }
  }
  return sweeps;
}

std::int64_t sweep_step(storage::Transaction& tx, const Sweep& sweep, SweepPosition& position,
                        std::int64_t most) {
  if (!sweep.table->age_is_sid) {
    const auto deleted = delete_between(tx, sweep, storage::to_parameter(position.time),
                                        storage::to_parameter(sweep.before), most);
    position.done = deleted.rows < most;
    if (!position.done) position.time = from_micros(std::get<std::int64_t>(deleted.youngest));
    return deleted.rows;
  }
  if (position.prefix.empty()) {
    // Prefixes differ in length from nothing else: two letters (base/model/sid.hpp).
    const auto first = next_sid(tx, *sweep.table, position.sid);
    if (first.size() < 2) {
      position.done = true;
      return 0;
    }
    position.prefix = first.substr(0, 2);
    position.sid = first;
  }
  const auto until = sid_before(position.prefix, sweep.before);
  const auto deleted = delete_between(tx, sweep, storage::to_parameter(position.sid),
                                      storage::to_parameter(until), most);
  if (deleted.rows == most) {
    position.sid = std::get<std::string>(deleted.youngest);
  } else {
    position.sid = position.prefix + "g";  // past every hex digit: the next prefix
    position.prefix.clear();
  }
  return deleted.rows;
}

}  // namespace cloudvno::privacy
