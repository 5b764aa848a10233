// Brings a store to the schema of this program.
#include "platform/storage/migrate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/sha256.hpp"
#include "platform/storage/catalogue.hpp"
#include "platform/storage/dialect.hpp"
#include "platform/storage/sql_text.hpp"

namespace cloudvno::storage {
namespace {

struct Migration {
  std::int64_t version = 0;
  std::string name;
  std::string_view sql;
  std::string checksum;
  bool contracts = false;  // takes from the store what the version before needs
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool has_line(std::string_view text, std::string_view line) {
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    if (text.substr(at, end - at) == line) return true;
    at = end + 1;
  }
  return false;
}

Result<std::vector<Migration>> list_migrations(std::span<const embedded::File> files) {
  std::vector<Migration> list;
  for (const auto& file : files) {
    if (!file.path.ends_with(".sql")) continue;
    const auto path = file.path;
    if (path.size() < 10 || !std::ranges::all_of(path.substr(0, 4), is_digit) || path[4] != '_') {
      return fault(fmt::format("migration {}: its name is not NNNN_name.sql", path));
    }
    Migration migration;
    for (const char c : path.substr(0, 4)) migration.version = migration.version * 10 + (c - '0');
    migration.name = path.substr(5, path.size() - 9);
    migration.sql = file.data;
    migration.checksum = to_hex(sha256(file.data));
    migration.contracts = has_line(file.data, "-- @contract");
    list.push_back(std::move(migration));
  }
  std::ranges::sort(list, {}, &Migration::version);
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i].version != static_cast<std::int64_t>(i) + 1) {
      return fault(fmt::format("migration {:04}_{}: number {:04} was to come", list[i].version,
                               list[i].name, i + 1));
    }
  }
  return list;
}

struct Applied {
  std::int64_t version = 0;
  std::string name;
  std::string checksum;
};

Result<std::vector<Applied>> list_applied(Transaction& tx) {
  std::vector<Applied> list;
  const auto rows =
      tx.query("SELECT version, name, checksum FROM schema_migration ORDER BY version");
  while (rows->next()) {
    list.push_back({rows->integer(0), std::string(rows->text(1)), std::string(rows->text(2))});
  }
  return list;
}

Result<> check_applied(std::span<const Applied> applied, std::span<const Migration> known) {
  for (std::size_t i = 0; i < applied.size(); ++i) {
    const auto& one = applied[i];
    if (i >= known.size()) {
      return fault(
          fmt::format("the store is newer than this program: it has migration {:04}_{}, "
                      "this program knows {}; start a newer program",
                      one.version, one.name, known.size()));
    }
    if (one.version != known[i].version || one.checksum != known[i].checksum) {
      return fault(fmt::format("migration {:04}_{} was changed after it was applied to this store",
                               one.version, one.name));
    }
  }
  return {};
}

// Another process may have done it since we looked.
Result<bool> is_applied(Transaction& tx, std::int64_t version) {
  return tx.query("SELECT 1 FROM schema_migration WHERE version = $1", version)->next();
}

Result<> apply(Transaction& tx, const Migration& migration, Time now) {
  tx.lock_set_up();
  TRY_ASSIGN(const bool done, is_applied(tx, migration.version));
  if (done) return {};
  for (const auto& statement : split_statements(migration.sql)) {
    const auto rows = tx.query_text(statement, {});
    while (rows->next()) {
    }
  }
  tx.run(
      "INSERT INTO schema_migration (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)",
      migration.version, migration.name, migration.checksum, now);
  return {};
}

// Others read and write the tables meanwhile: while this waits for one, they would wait behind it.
Result<> apply_between_others(Database& database, const Migration& migration) {
  constexpr auto pause = std::chrono::milliseconds(200);
  constexpr int tries = 120;
  for (int tried = 1;; ++tried) {
    const auto now = SystemClock().now();
    auto done = database.transact_now([&](Transaction& tx) { return apply(tx, migration, now); });
    if (done || tried == tries || !is_lock_timeout(done.error())) return done;
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace

Result<std::size_t> pending_migrations(Database& database, std::span<const embedded::File> files) {
  TRY(read_catalogue(files));
  TRY_ASSIGN(const auto known, list_migrations(files));
  // Without the table, nothing has been applied.
  const auto applied = database.read_now(list_applied);
  if (!applied) return known.size();
  TRY(check_applied(*applied, known));
  return known.size() - applied->size();
}

Result<> migrate(Database& database, std::span<const embedded::File> files,
                 const std::function<Result<>()>& nobody_serves) {
  TRY(read_catalogue(files));
  TRY_ASSIGN(const auto known, list_migrations(files));
  TRY(database.transact_now([](Transaction& tx) -> Result<> {
    tx.lock_set_up();
    tx.run(
        "CREATE TABLE IF NOT EXISTS schema_migration (version BIGINT PRIMARY KEY, "
        "name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)");
    return {};
  }));
  TRY_ASSIGN(const auto applied, database.read_now(list_applied));
  TRY(check_applied(applied, known));
  bool asked = applied.empty() || !nobody_serves;
  for (const auto& migration : std::span(known).subspan(applied.size())) {
    if (migration.contracts && !std::exchange(asked, true)) TRY(nobody_serves());
    auto done = apply_between_others(database, migration);
    if (!done) {
      auto error = std::move(done).error();
      error.detail =
          fmt::format("migration {:04}_{}: {}", migration.version, migration.name, error.detail);
      return fail(std::move(error));
    }
    log::debug("storage.migrated", {{"version", migration.version}, {"name", migration.name}});
  }
  return {};
}

}  // namespace cloudvno::storage
