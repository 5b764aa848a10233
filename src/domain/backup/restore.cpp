// Filling an empty store.
#include "domain/backup/restore.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "domain/backup/dump.hpp"
#include "domain/backup/keys_file.hpp"
#include "domain/backup/load.hpp"
#include "domain/privacy/erase_account.hpp"
#include "domain/privacy/rows.hpp"
#include "platform/storage/migrate.hpp"

namespace cloudvno::backup {
namespace {

struct State {
  std::int64_t schema = 0;  // the last migration
  std::int64_t accounts = 0;
  std::string begun;  // id of what a restore was begun from
};

Result<State> read_state(storage::Database& database, std::span<const embedded::File> first) {
  // Makes the table of migrations where there is none, and no other.
  TRY(storage::migrate(database, first));
  return database.read_now([](storage::Transaction& tx) -> Result<State> {
    State state;
    const auto number = [&](const char* sql) {
      const auto rows = tx.query_text(sql, {});
      return rows->next() ? rows->integer(0) : 0;
    };
    state.schema = number("SELECT count(*) FROM schema_migration");
    state.accounts = number("SELECT count(*) FROM account");
    const auto rows = tx.query("SELECT backup_id FROM restore");
    if (rows->next()) state.begun = rows->text(0);
    return state;
  });
}

Result<> begin(storage::Database& database, const std::string& id,
               const std::vector<storage::Table>& tables, Time now) {
  TRY(database.transact_now([&](storage::Transaction& tx) -> Result<> {
    tx.run("DELETE FROM restore");
    tx.run("INSERT INTO restore (backup_id, begun_at) VALUES ($1, $2)", id, now);
    return {};
  }));
  std::vector<storage::Table> emptied;
  for (const auto& table : tables) {
    if (is_taken_along(table)) emptied.push_back(table);
  }
  return empty_tables(database, emptied);
}

// Rows of work belonged to processes of another store: the first node to join this one adopts them.
void disown(storage::Transaction& tx, const std::vector<storage::Table>& tables) {
  tx.run(
      "INSERT INTO node (owner, name, beat, joined_at) VALUES ('restored', 'restored', -1, 0) "
      "ON CONFLICT DO NOTHING");
  for (const auto& table : tables) {
    if (!is_taken_along(table) || !table.find("owner")) continue;
    privacy::Sql(fmt::format("UPDATE {} SET owner = 'restored' RETURNING 1", table.name)).count(tx);
  }
}

// What was done after the backup and must not come back, and what may have been.
Result<> catch_up(storage::Database& database, const std::vector<storage::Table>& tables,
                  const std::vector<privacy::Erasure>& erasures, Time made_at) {
  return database.transact_now([&](storage::Transaction& tx) -> Result<> {
    for (const auto& erasure : erasures) privacy::repeat_erasure(tx, erasure);
    // A message that waited then may have gone out since: it goes again, marked.
    tx.run("UPDATE outbound_queue SET submitted_at = $1 WHERE submitted_at IS NULL", made_at);
    disown(tx, tables);
    tx.run("DELETE FROM restore");
    return {};
  });
}

Result<> load_keys(Loader& loader, const KeysFile& keys) {
  RecordReader reader;
  TRY(reader.read(keys.records, [&](Record record) { return loader.take(std::move(record)); }));
  return loader.finish();
}

}  // namespace

Result<> refuse_half_restored(storage::Database& database) {
  return database.read_now([](storage::Transaction& tx) -> Result<> {
    if (!tx.query("SELECT 1 FROM restore")->next()) return {};
    return fail(Errc::wrong_state,
                "a restore into this store did not end; run the same `cloudvno restore` again");
  });
}

Result<Contents> restore_backup(storage::Database& database, vault::Vault& vault,
                                std::span<const embedded::File> migrations,
                                const std::string& archive, const std::string& keys_path,
                                Time now) {
  TRY_ASSIGN(const auto keys, open_keys_file(keys_path, vault));
  // All of it, before anything is touched.
  TRY_ASSIGN(const auto contents, verify_backup(vault, migrations, archive));
  const auto schema = schema_of(migrations, contents.schema);
  TRY_ASSIGN(const auto tables, storage::read_catalogue(schema));
  auto state = read_state(database, schema);
  if (!state) state = read_state(database, migrations);  // newer than the backup already
  TRY(state);
  if (state->begun.empty() && state->accounts > 0) {
    return fail(
        Errc::wrong_state,
        "the store holds accounts already; restore into an empty one (another file, another "
        "database)");
  }
  const bool loaded = state->begun == contents.id && state->schema > contents.schema;
  if (!loaded) {
    if (state->schema != contents.schema) {
      return fail(
          Errc::wrong_state,
          fmt::format("the store has schema {} and the backup {}: restore into a store that "
                      "was never served from (another file, another database)",
                      state->schema, contents.schema));
    }
    TRY(begin(database, contents.id, tables, now));
    Loader loader(database, tables);
    TRY(load_keys(loader, keys));
    bool of_schema = false;
    TRY(read_archive(vault, migrations, archive, [&](Record record) -> Result<> {
      if (const auto* table = std::get_if<TableHeader>(&record)) {
        of_schema = table->name == schema_table;
      }
      if (of_schema) return {};
      return loader.take(std::move(record));
    }));
    TRY(loader.finish());
    TRY(storage::migrate(database, migrations));
  }
  TRY_ASSIGN(const auto all_tables, storage::read_catalogue(migrations));
  TRY(catch_up(database, all_tables, keys.erasures, contents.made_at));
  return contents;
}

Result<Contents> move_store(storage::Database& from, storage::Database& to,
                            std::span<const embedded::File> migrations, Time now) {
  TRY_ASSIGN(const auto tables, storage::read_catalogue(migrations));
  TRY_ASSIGN(const auto state, read_state(to, migrations));
  if (state.begun.empty() && state.accounts > 0) {
    return fail(Errc::wrong_state, "the store to move into holds accounts already");
  }
  Contents contents{"move", now, static_cast<int>(state.schema), {}};
  TRY(from.read_now([&](storage::Transaction& tx) -> Result<> {
    TRY(begin(to, contents.id, tables, now));  // a body may run again
    Loader loader(to, tables);
    RecordWriter writer;
    RecordReader reader;
    const auto take = [&](RecordWriter& filled) -> Result<> {
      TRY(reader.read(filled.bytes(),
                      [&](Record record) { return loader.take(std::move(record)); }));
      filled.clear();
      return {};
    };
    for (const auto& table : tables) {
      if (is_taken_along(table)) TRY(dump_table(tx, table, writer, take));
    }
    TRY(loader.finish());
    contents.rows = loader.rows();
    return {};
  }));
  TRY(to.transact_now([&](storage::Transaction& tx) -> Result<> {
    disown(tx, tables);
    tx.run("DELETE FROM restore");
    return {};
  }));
  return contents;
}

}  // namespace cloudvno::backup
