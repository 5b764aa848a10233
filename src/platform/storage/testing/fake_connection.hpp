// A connection of an engine that keeps texts in memory and fails where a test says so.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "platform/storage/connection.hpp"

namespace cloudvno::storage::testing {

// What stays when connections come and go.
struct FakeStore {
  std::mutex mutex;  // several readers share one
  std::vector<std::string> committed;
  std::vector<std::string> calls;  // begin, commit, rollback, savepoint, undo, in order
  int opened = 0;
  bool commits_ahead = false;
  // Called before each call with its name; may throw StorageError.
  std::function<void(std::string_view)> before = [](std::string_view) {};
};

// run("text") writes a text; run("fault") is a statement at fault, run("late fault") one that is
// found at fault only by settle() or commit(); run("conflict") loses against another process.
class FakeConnection final : public Connection, private Transaction {
 public:
  explicit FakeConnection(FakeStore& store) : store_(store) {
    call("open");
    const std::scoped_lock lock(store_.mutex);
    ++store_.opened;
  }

  Transaction& transaction() override { return *this; }
  void begin() override {
    call("begin");
    pending_.clear();
    good_ = true;
    faulty_ = false;
  }
  void commit() override {
    settle();
    call("commit");
    const std::scoped_lock lock(store_.mutex);
    store_.committed.insert(store_.committed.end(), pending_.begin(), pending_.end());
    pending_.clear();
  }
  bool can_commit_ahead() const override { return store_.commits_ahead; }
  void sync() override {
    {
      const std::scoped_lock lock(store_.mutex);
      store_.calls.emplace_back("sync");
    }
    store_.before("sync");
  }
  void rollback() noexcept override {
    const std::scoped_lock lock(store_.mutex);
    store_.calls.emplace_back("rollback");
    pending_.clear();
  }
  void begin_body(bool may_undo) override {
    may_undo_ = may_undo;
    wrote_ = false;
  }
  void settle() override {
    if (faulty_) throw StatementError("late fault");
  }
  void end_body() override {}
  void undo_body() override {
    call("undo");
    pending_.resize(savepoint_);
    faulty_ = false;
  }
  bool body_wrote() const override { return wrote_; }
  bool transaction_good() const override { return good_; }
  bool usable() const override { return usable_; }

 private:
  void call(std::string_view name) {
    const std::scoped_lock lock(store_.mutex);
    store_.calls.emplace_back(name);
    try {
      store_.before(name);
    } catch (const StorageError&) {
      good_ = false;
      usable_ = false;
      throw;
    }
  }
  RowCount do_run(std::string_view sql, std::span<const Parameter>) override {
    if (sql == "fault") throw std::invalid_argument("fault");
    if (sql == "conflict") {
      call(sql);
      throw Conflict("conflict");
    }
    if (!wrote_ && may_undo_) {
      call("savepoint");
      savepoint_ = pending_.size();
    }
    wrote_ = true;
    faulty_ = faulty_ || sql == "late fault";
    call(sql);
    pending_.emplace_back(sql);
    return RowCount(1);
  }
  void lock_set_up() override {}
  std::unique_ptr<Rows> do_query(std::string_view, std::span<const Parameter>, RowLock) override {
    throw std::logic_error("the fake has no queries");
  }
  std::unique_ptr<Rows> query_text(const std::string&, std::span<const Parameter>) override {
    throw std::logic_error("the fake has no queries");
  }

  FakeStore& store_;
  std::vector<std::string> pending_;
  std::size_t savepoint_ = 0;
  bool may_undo_ = false;
  bool wrote_ = false;
  bool good_ = true;
  bool faulty_ = false;
  bool usable_ = true;
};

}  // namespace cloudvno::storage::testing
