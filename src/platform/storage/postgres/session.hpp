// A session with a PostgreSQL server in pipeline mode: statements are sent ahead of the answers.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "platform/storage/dialect.hpp"
#include "platform/storage/postgres/error.hpp"
#include "platform/storage/postgres/gathered_insert.hpp"
#include "platform/storage/postgres/link.hpp"
#include "platform/storage/postgres/parameters.hpp"

namespace cloudvno::storage::postgres {

// Used on one thread. A StorageError ends it: what it was doing is not known, and it must be
// dropped. After a StatementError or a Conflict the server has given up its transaction, from the
// last savepoint on, and the session can go on.
//
// Each statement that was sent has a place, counted from the last forget_counts().
//
// Where it may, it gathers plain inserts: they go out as one statement for each table as soon as
// something asks for the table or for how they ended. Another process sees no difference, because
// they are of one transaction.
class Session {
 public:
  Session(ConnectionPtr connection, bool writer, std::chrono::milliseconds answer_wait);

  bool is_alive() { return link_.is_alive(); }

  // Sends a statement whose text is a literal; it is prepared once and kept. Throws StatementError
  // where text and parameters do not fit.
  std::size_t send(std::string_view sql, RowLock lock, std::span<const Parameter> parameters);
  // Sends a statement that is not kept.
  std::size_t send_text(const std::string& sql, std::span<const Parameter> parameters);
  // Sends one of our own (BEGIN, COMMIT), a literal; if it fails, the session is lost.
  void send_control(std::string_view sql);

  // Waits for a statement's rows, and for all before it. Throws what the first of them failed with,
  // once.
  ResultPtr wait_for_rows(std::size_t place);
  // The same for the number of rows it changed; 0 for a query.
  std::int64_t wait_for_count(std::size_t place);
  // Whether inserts may wait for others from here on. Where one must be told from the next by how
  // it ends, they may not.
  void may_gather(bool may) { may_gather_ = may; }
  void send_gathered();
  void drop_gathered();

  // Waits for all that was sent.
  void settle();
  // What was sent until here is done in order; a failure before it does not touch what comes
  // behind. In between, the server passes over everything behind a failure.
  void sync();
  // Gives the system what was sent, without waiting for answers.
  void send_ahead() const { link_.flush_some(); }
  // Waits for all that was sent and forgets how it ended.
  void settle_whatever();

  // Whether a statement failed and was reported since clear_fault(): the server's transaction is
  // given up.
  bool faulted() const { return faulted_; }
  void clear_fault() { faulted_ = false; }
  void forget_counts();

 private:
  struct Prepared {
    std::string_view literal;
    std::string text;  // with the lock clause
    std::string name;
    std::vector<Oid> types;
    std::size_t parameters = 0;
    bool on_server = false;
    std::unique_ptr<GatheredInsert> gathered;  // of a plain insert
  };
  struct Key {
    const char* data;
    std::size_t size;
    RowLock lock;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      return std::hash<const void*>()(key.data) ^ key.size ^ static_cast<std::size_t>(key.lock);
    }
  };
  // An answer that is to come.
  struct Expected {
    enum class Kind { preparation, statement, control, sync } kind;
    Prepared* statement = nullptr;    // of a preparation
    std::vector<std::size_t> places;  // of a statement: itself, or the inserts it was made of
    std::string_view doing;           // for error texts; lives until the answer came
  };

  // The statement of a literal, on the server or not.
  Prepared& known(std::string_view sql, RowLock lock, std::size_t parameters);
  Prepared& merged(const std::string& text, const Prepared& of);
  void prepare(Prepared& statement, const std::vector<Oid>& types);
  // Prepares it where that is still to be done.
  void execute(Prepared& statement, const EncodedParameters& parameters);
  std::size_t next_place();
  void expect_statement(std::string_view doing, std::vector<std::size_t> places);
  std::size_t gather(Prepared& statement);
  // Sends what waits for a table that the statement names.
  void send_gathered_for(std::string_view sql);
  void send_gathered_in(Prepared& statement);
  void keep_moving();
  // Reads answers until that of `place` has come, or all.
  void read_until(std::optional<std::size_t> place);
  void read_answer();
  void take_answer(const Expected& expected, ResultPtr result);
  void throw_what_failed();

  Link link_;
  std::unordered_map<Key, std::unique_ptr<Prepared>, KeyHash> statements_;
  std::unordered_map<std::string, std::unique_ptr<Prepared>> merged_;  // by text: one for
  // each set of columns that were NULL in all rows, as few as the code that fills them has ways
  std::vector<Prepared*> gathering_;  // those that have waiting rows
  bool may_gather_ = false;
  std::size_t names_ = 0;
  EncodedParameters encoded_;
  std::deque<Expected> expected_;
  std::vector<std::int64_t> counts_;   // by place; -1: still to come, or to be sent
  std::optional<std::size_t> wanted_;  // the place whose rows are kept
  ResultPtr rows_;                     // of it
  std::optional<Fault> fault_;         // found, not yet thrown
  bool faulted_ = false;
  bool synced_ = true;  // nothing was sent behind the last sync
};

}  // namespace cloudvno::storage::postgres
