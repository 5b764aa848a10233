// Turning an account's data key.
#include "domain/privacy/account_key.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "domain/accounts/key_store.hpp"

namespace cloudvno::privacy {
namespace {

// Data keys themselves are wrapped, not sealed by an account.
bool is_sealed(const storage::Column& column) {
  return column.form == storage::Form::sealed && column.table != "account_key";
}

int newest_version(storage::Transaction& tx, const AccountSid& sid) {
  const auto rows = tx.query(
      "SELECT version FROM account_key WHERE account_sid = $1 AND version > 0 "
      "ORDER BY created_at DESC, version DESC LIMIT 1",
      sid);
  return rows->next() ? static_cast<int>(rows->integer(0)) : 0;
}

std::int64_t count_in_use(storage::Transaction& tx, const AccountSid& sid) {
  const auto rows = tx.query(
      "SELECT count(*) FROM account_key WHERE account_sid = $1 AND version > 0 "
      "AND retired_at IS NULL",
      sid);
  return rows->next() ? rows->integer(0) : 0;
}

// 256 where there is none.
int free_version(storage::Transaction& tx, const AccountSid& sid) {
  int free = 1;
  const auto rows = tx.query(
      "SELECT version FROM account_key WHERE account_sid = $1 AND version > 0 ORDER BY version",
      sid);
  while (rows->next() && rows->integer(0) == free) ++free;
  return free;
}

}  // namespace

bool has_sealed(const storage::Table& table) {
  return !table.account.empty() && std::ranges::any_of(table.columns, is_sealed);
}

Result<> begin_key_turn(storage::Transaction& tx, const vault::Vault& vault, const AccountSid& sid,
                        Time now) {
  const auto keys = accounts::list_wrapped_keys(tx, sid.view());
  if (keys.empty()) return fail(Errc::not_found);
  const bool has_index_key = keys.front().at(5) == 0;
  if (count_in_use(tx, sid) > 1) {
    return fail(Errc::wrong_state, "the account's key is being turned already");
  }
  if (!has_index_key) {
    TRY_ASSIGN(auto index, vault.wrap_index_key(sid.view(), keys.front()));
    TRY(accounts::insert_wrapped_key(tx, {sid.str(), 0, std::move(index)}, now));
  }
  const int next = free_version(tx, sid);
  if (next > 255) {
    return fail(Errc::wrong_state, "the account turned its key 254 times in the last 90 days");
  }
  return accounts::insert_wrapped_key(
      tx, {sid.str(), next, vault.make_wrapped_key(sid.view(), static_cast<std::uint8_t>(next))},
      now);
}

std::vector<KeyTurn> list_key_turns(storage::Transaction& tx) {
  std::vector<KeyTurn> turns;
  const auto rows = tx.query(
      "SELECT account_sid, max(created_at) FROM account_key WHERE version > 0 "
      "AND retired_at IS NULL GROUP BY account_sid HAVING count(*) > 1 ORDER BY account_sid");
  while (rows->next()) turns.push_back({rows->sid<AccountSid>(0), rows->time(1)});
  return turns;
}

void end_key_turn(storage::Transaction& tx, const AccountSid& sid, Time now) {
  tx.run(
      "UPDATE account_key SET retired_at = $3 WHERE account_sid = $1 AND version > 0 "
      "AND version <> $2 AND retired_at IS NULL",
      sid, newest_version(tx, sid), now);
}

void destroy_retired_keys(storage::Transaction& tx, Time now) {
  tx.run("DELETE FROM account_key WHERE retired_at < $1", now - retired_kept);
}

Result<std::vector<Resealed>> reseal_rows(storage::Transaction& tx, const storage::Table& table,
                                          const accounts::Account& account, Walk& walk,
                                          std::int64_t most) {
  std::vector<const storage::Column*> columns;
  for (const auto& name : table.key) columns.push_back(table.find(name));
  for (const auto& name : table.row) columns.push_back(table.find(name));
  for (const auto& column : table.columns) {
    if (is_sealed(column)) columns.push_back(&column);
  }
  std::vector<std::string_view> names;
  for (const auto* column : columns) names.push_back(column->name);
  Sql sql(fmt::format("SELECT {} FROM {} WHERE {} = ", fmt::join(names, ", "), table.name,
                      table.account));
  sql.value(account.sid.view());
  if (!walk.after.empty()) {
    sql << " AND ";
    sql.list(table.key) << " > ";
    sql.list(walk.after);
  }
  sql << fmt::format(" ORDER BY {} LIMIT ", fmt::join(table.key, ", "));
  sql.value(most);

  std::vector<Resealed> resealed;
  std::int64_t count = 0;
  Cells key;
  for (const auto rows = sql.query(tx); rows->next(); ++count) {
    std::size_t at = 0;
    const auto take = [&](std::size_t size) {
      Cells cells;
      for (const auto end = at + size; at < end; ++at) {
        cells.push_back(read_cell(*rows, static_cast<int>(at), *columns[at]));
      }
      return cells;
    };
    key = take(table.key.size());
    const auto row = row_text(take(table.row.size()));
    for (; at < columns.size(); ++at) {
      const int column = static_cast<int>(at);
      if (rows->is_null(column)) continue;
      const auto sealed = rows->bytes(column);
      if (!sealed.empty() && sealed[0] == account.keys->version()) continue;
      const vault::Place place{table.name, columns[at]->name, row};
      TRY_ASSIGN(const auto text, account.keys->open(place, sealed));
      resealed.push_back({key, columns[at]->name, Bytes(sealed.begin(), sealed.end()),
                          account.keys->seal(place, text)});
    }
  }
  walk.done = count < most;
  if (count > 0) walk.after = std::move(key);
  return resealed;
}

void write_resealed(storage::Transaction& tx, const storage::Table& table,
                    const std::vector<Resealed>& values) {
  for (const auto& value : values) {
    Sql sql(fmt::format("UPDATE {} SET {} = ", table.name, value.column));
    sql.value(ByteView(value.after)) << " WHERE ";
    sql.list(table.key) << " = ";
    sql.list(value.key) << fmt::format(" AND {} = ", value.column);
    sql.value(ByteView(value.before)) << " RETURNING 1";
    sql.count(tx);
  }
}

}  // namespace cloudvno::privacy
