// A database for tests: a real SQLite file in a temporary folder, with the migrations applied.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/embedded.hpp"
#include "platform/net/task.hpp"
#include "platform/storage/database.hpp"
#include "platform/storage/sqlite/sqlite.hpp"

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

// A home executor without a thread: run() drives it on the test's thread.
//
//   TestDatabase db;
//   auto sid = db.run(send_message(*db, …));
class TestDatabase {
 public:
  TestDatabase();  // the program's own migrations
  explicit TestDatabase(std::span<const embedded::File> migrations,
                        const BatchOptions& options = {});
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  Database& operator*() { return *database_; }
  Database* operator->() { return database_.get(); }
  Database& get() { return *database_; }
  net::Executor home();
  boost::asio::io_context& context() { return *context_; }
  const std::string& folder() const { return folder_.path(); }
  std::string path() const { return folder_.path() + "/store.db"; }

  // Closes the file and opens it again, as a restart does.
  void reopen();

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
  void open();

  TemporaryFolder folder_;
  BatchOptions options_;
  std::unique_ptr<boost::asio::io_context> context_;
  std::unique_ptr<Database> database_;
};

}  // namespace cloudvno::storage::testing
