// Deleting what is past its time.
#include "domain/privacy/retention.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "domain/privacy/legal_hold.hpp"
#include "domain/privacy/rows.hpp"

namespace cloudvno::privacy {
namespace {

// Rows that a step looks at, for each that it may delete: more than it deletes where holds keep
// them.
constexpr std::int64_t looked_at_for_each = 10;

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

// The rows of the sweep from one age to before another, in the order of their ages; read from an
// index alone, so it costs little to pass over rows that a hold keeps.
Sql& write_range(Sql& sql, const Sweep& sweep, const Cell& from, const Cell& until) {
  const auto& table = *sweep.table;
  sql << fmt::format("{} >= ", table.age);
  sql.value(to_parameter(from)) << fmt::format(" AND {} < ", table.age);
  sql.value(to_parameter(until));
  if (!sweep.account.empty()) {
    sql << fmt::format(" AND {} = ", table.account);
    sql.value(storage::to_parameter(sweep.account));
  }
  return sql;
}

// The age of the row after the first `most` of them, or nothing where there are no more.
std::optional<Cell> age_after(storage::Transaction& tx, const Sweep& sweep, const Cell& from,
                              const Cell& until, std::int64_t most) {
  const auto& table = *sweep.table;
  Sql sql(fmt::format("SELECT {} FROM {} WHERE ", table.age, table.name));
  write_range(sql, sweep, from, until)
      << fmt::format(" ORDER BY {} LIMIT 1 OFFSET {}", table.age, most);
  const auto rows = sql.query(tx);
  return rows->next() ? std::optional(read_cell(*rows, 0, *table.find(table.age))) : std::nullopt;
}

// What the step deleted, and the age of the youngest of it.
struct Deleted {
  std::int64_t rows = 0;
  Cell youngest;
};

Deleted delete_between(storage::Transaction& tx, const Sweep& sweep, const Cell& from,
                       const Cell& until, std::int64_t most) {
  const auto& table = *sweep.table;
  Sql sql(fmt::format("DELETE FROM {} WHERE ", table.name));
  sql.list(table.key) << fmt::format(" IN (SELECT {} FROM {} WHERE ", fmt::join(table.key, ", "),
                                     table.name);
  write_range(sql, sweep, from, until) << " AND " << not_held(table);
  sql << fmt::format(" ORDER BY {} LIMIT ", table.age);
  sql.value(most) << fmt::format(") RETURNING {}", table.age);
  Deleted deleted;
  for (const auto rows = sql.query(tx); rows->next(); ++deleted.rows) {
    auto age = read_cell(*rows, 0, *table.find(table.age));
    if (deleted.rows == 0 || deleted.youngest < age) deleted.youngest = std::move(age);
  }
  return deleted;
}

// Of the rows from one age to before another, the first ones: answers how many it deleted, and
// moves `from` to where the next step begins, or to nothing behind the last of them.
std::int64_t delete_some(storage::Transaction& tx, const Sweep& sweep, std::optional<Cell>& from,
                         const Cell& until, std::int64_t most) {
  auto end = age_after(tx, sweep, *from, until, looked_at_for_each * most);
  if (end == from) end.reset();  // all of one age: no step ends among them
  auto deleted = delete_between(tx, sweep, *from, end.value_or(until), most);
  from = deleted.rows == most ? std::optional(std::move(deleted.youngest)) : end;
  return deleted.rows;
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
    std::optional<Cell> from = to_micros(position.time);
    const auto rows = delete_some(tx, sweep, from, to_micros(sweep.before), most);
    position.done = !from;
    if (from) position.time = from_micros(std::get<std::int64_t>(*from));
    return rows;
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
  std::optional<Cell> from = position.sid;
  const auto rows = delete_some(tx, sweep, from, sid_before(position.prefix, sweep.before), most);
  if (from) {
    position.sid = std::get<std::string>(*from);
  } else {
    position.sid = position.prefix + "g";  // past every hex digit: the next prefix
    position.prefix.clear();
  }
  return rows;
}

}  // namespace cloudvno::privacy
