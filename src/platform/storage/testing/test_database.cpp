// A database for tests.
#include "platform/storage/testing/test_database.hpp"

#include <stdlib.h>

#include <filesystem>
#include <stdexcept>

#include "platform/net/testing/run.hpp"
#include "platform/storage/migrate.hpp"

namespace cloudvno::storage::testing {

TemporaryFolder::TemporaryFolder() {
  path_ = (std::filesystem::temp_directory_path() / "cloudvno-test-XXXXXX").string();
  if (!::mkdtemp(path_.data())) throw std::runtime_error("cannot make a temporary folder");
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

TestDatabase::TestDatabase() : TestDatabase(embedded::migrations()) {}

TestDatabase::TestDatabase(std::span<const embedded::File> migrations, const BatchOptions& options)
    : options_(options), context_(std::make_unique<boost::asio::io_context>(1)) {
  open();
  if (auto migrated = migrate(*database_, migrations); !migrated) {
    throw std::runtime_error(migrated.error().detail);
  }
}

TestDatabase::~TestDatabase() = default;

net::Executor TestDatabase::home() {
  return context_->get_executor();
}

void TestDatabase::open() {
  SqliteOptions options;
  options.path = path();
  options.batch = options_;
  auto opened = open_sqlite(options, home());
  if (!opened) throw std::runtime_error(opened.error().detail);
  database_ = std::move(*opened);
}

void TestDatabase::reopen() {
  database_.reset();
  open();
}

void TestDatabase::run_to_end(net::Task<> task) {
  net::testing::run(*context_, std::move(task));
}

}  // namespace cloudvno::storage::testing
