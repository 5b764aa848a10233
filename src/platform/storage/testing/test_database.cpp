// A database for tests.
#include "platform/storage/testing/test_database.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include <filesystem>
#include <stdexcept>

#include "platform/net/testing/run.hpp"
#include "platform/storage/migrate.hpp"
#include "platform/storage/postgres/postgres.hpp"
#include "platform/storage/sqlite/sqlite.hpp"
#include "platform/storage/testing/postgres_server.hpp"

namespace cloudvno::storage::testing {

TemporaryFolder::TemporaryFolder() {
  path_ = (std::filesystem::temp_directory_path() / "cloudvno-test-XXXXXX").string();
  if (!::mkdtemp(path_.data())) throw std::runtime_error("cannot make a temporary folder");
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Engine engine_of_this_run() {
  const char* name = std::getenv("CLOUDVNO_TEST_ENGINE");
  return name && std::string_view(name) == "postgres" ? Engine::postgres : Engine::sqlite;
}

TestStore::TestStore(Engine engine) : engine_(engine) {
  if (engine_ == Engine::postgres) schema_ = PostgresServer::shared().make_schema();
}

TestStore::~TestStore() {
  if (schema_.empty()) return;
  try {
    PostgresServer::shared().run(
        fmt::format("SET client_min_messages = error; DROP SCHEMA {} CASCADE", schema_));
  } catch (const std::exception&) {
    // A test may have ended the server.
  }
}

std::string TestStore::url() const {
  return PostgresServer::shared().url_of_schema(schema_);
}

std::unique_ptr<Database> TestStore::open(net::Executor home, const BatchOptions& options) const {
  auto opened = [&] {
    if (engine_ == Engine::postgres) {
      // A test judges what is answered, not how soon: this machine may be slow.
      return open_postgres({url(), options, std::chrono::seconds(20)}, std::move(home));
    }
    SqliteOptions sqlite;
    sqlite.path = path();
    sqlite.batch = options;
    return open_sqlite(sqlite, std::move(home));
  }();
  if (!opened) throw std::runtime_error(opened.error().detail + opened.error().text);
  return std::move(*opened);
}

std::vector<std::string> TestStore::columns_of(Database& database, Engine engine,
                                               std::string_view table) {
  const std::string sql =
      engine == Engine::postgres
          ? "SELECT attname, upper(format_type(atttypid, atttypmod)) FROM pg_attribute "
            "WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
          : "SELECT name, type FROM pragma_table_info($1) ORDER BY cid";
  auto found = database.read_now([&](Transaction& tx) -> Result<std::vector<std::string>> {
    const Parameter parameters[] = {table};
    std::vector<std::string> columns;
    const auto rows = tx.query_text(sql, parameters);
    while (rows->next()) columns.push_back(fmt::format("{} {}", rows->text(0), rows->text(1)));
    return columns;
  });
  if (!found) throw std::runtime_error(found.error().detail);
  return std::move(*found);
}

TestDatabase::TestDatabase() : TestDatabase(embedded::migrations()) {}

TestDatabase::TestDatabase(std::span<const embedded::File> migrations, const BatchOptions& options,
                           Engine engine)
    : store_(engine), options_(options), context_(std::make_unique<boost::asio::io_context>(1)) {
  database_ = open_another();
  if (auto migrated = migrate(*database_, migrations); !migrated) {
    throw std::runtime_error(migrated.error().detail);
  }
}

TestDatabase::~TestDatabase() = default;

net::Executor TestDatabase::home() {
  return context_->get_executor();
}

void TestDatabase::reopen() {
  database_.reset();
  database_ = open_another();
}

void TestDatabase::run_to_end(net::Task<> task) {
  net::testing::run(*context_, std::move(task));
}

}  // namespace cloudvno::storage::testing
