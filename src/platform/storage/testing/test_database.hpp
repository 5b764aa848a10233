// A database for tests with the migrations applied: a real SQLite file in a temporary folder, or a
// schema on a real PostgreSQL server of the test program's own.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/embedded.hpp"
#include "platform/net/task.hpp"
#include "platform/storage/batched_database.hpp"
#include "platform/storage/database.hpp"

namespace boost::asio {
class io_context;
}

namespace cloudvno::storage::testing {

// A folder that is gone with its object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

enum class Engine { sqlite, postgres };

// What the environment's CLOUDVNO_TEST_ENGINE says ("postgres"), else SQLite. ctest runs the tests
// of every room with a store twice.
Engine engine_of_this_run();

// An empty store that any number of engines may open, as processes do.
class TestStore {
 public:
  explicit TestStore(Engine engine = engine_of_this_run());
  ~TestStore();
  TestStore(const TestStore&) = delete;
  TestStore& operator=(const TestStore&) = delete;

  std::unique_ptr<Database> open(net::Executor home, const BatchOptions& options = {}) const;

  Engine engine() const { return engine_; }
  const std::string& folder() const { return folder_.path(); }
  std::string path() const { return folder_.path() + "/store.db"; }  // on SQLite
  std::string url() const;                                           // on PostgreSQL
  // The columns of a table in their order, "name TYPE"; none where there is no such table.
  static std::vector<std::string> columns_of(Database& database, Engine engine,
                                             std::string_view table);

 private:
  const Engine engine_;
  TemporaryFolder folder_;
  std::string schema_;
};

// A home executor without a thread: run() drives it on the test's thread.
//
//   TestDatabase db;
//   auto sid = db.run(send_message(*db, …));
class TestDatabase {
 public:
  TestDatabase();  // the program's own migrations
  explicit TestDatabase(std::span<const embedded::File> migrations,
                        const BatchOptions& options = {}, Engine engine = engine_of_this_run());
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  Database& operator*() { return *database_; }
  Database* operator->() { return database_.get(); }
  Database& get() { return *database_; }
  net::Executor home();
  boost::asio::io_context& context() { return *context_; }
  const TestStore& store() const { return store_; }

  // Closes the store and opens it again, as a restart does.
  void reopen();
  // A further engine on the same store, as another process has it. Its home is this one's.
  std::unique_ptr<Database> open_another() { return store_.open(home(), options_); }

  // Awaits the task on the home executor; answers what it answers and throws what it throws.
  // std::runtime_error after 30 s.
  template <class T>
  T run(net::Task<T> task) {
    std::optional<T> result;
    run_to_end(keep(std::move(task), result));
    return std::move(*result);
  }
  void run(net::Task<> task) { run_to_end(std::move(task)); }

 private:
  template <class T>
  static net::Task<> keep(net::Task<T> task, std::optional<T>& result) {
    result.emplace(co_await std::move(task));
  }
  void run_to_end(net::Task<> task);

  const TestStore store_;
  BatchOptions options_;
  std::unique_ptr<boost::asio::io_context> context_;
  std::unique_ptr<Database> database_;
};

}  // namespace cloudvno::storage::testing
