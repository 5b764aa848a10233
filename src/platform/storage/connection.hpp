// What an engine brings: a connection to its store, driven by one storage thread.
#pragma once

#include "platform/storage/database.hpp"
#include "platform/storage/job_queue.hpp"

namespace cloudvno::storage {

// A statement at fault: wrong SQL, a constraint broken. The body fails with internal_error, the
// store is well. Holds names of tables and columns, never values.
class StatementError : public std::exception {
 public:
  explicit StatementError(std::string text) : text_(std::move(text)) {}
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  std::string text_;
};

// A text that no engine keeps the same: with a NUL character, or no UTF-8. The body fails with
// invalid_parameter, because only what comes from outside can hold one.
class UnstorableText : public StatementError {
 public:
  UnstorableText() : StatementError("a text with a NUL character, or no UTF-8") {}
};

// The transaction lost against one of another process (a deadlock, a lock that was held for long).
// All of it is to be rolled back and may be run again.
class Conflict : public std::exception {
 public:
  explicit Conflict(std::string text) : text_(std::move(text)) {}
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  std::string text_;
};

// All of it may throw StorageError. Afterwards either the transaction can go on
// (transaction_good(): only the statement failed), or everything of it is lost. An engine that does
// not wait for its statements may say of one that it was at fault (StatementError, Conflict) as
// late as in settle() and commit().
class Connection {
 public:
  virtual ~Connection() = default;

  virtual Transaction& transaction() = 0;

  virtual void begin() = 0;
  // When it returns, the transaction is on the disk. When it throws StorageError, that is not
  // known; after another exception it is not, and is to be rolled back.
  virtual void commit() = 0;
  virtual void rollback() noexcept = 0;

  // Commits without waiting for the disk: later transactions and readers see it, and it is on the
  // disk only after sync().
  virtual bool can_commit_ahead() const { return false; }
  virtual void commit_ahead() { commit(); }
  // Brings to the disk what was committed ahead. On any thread, while the connection goes on. After
  // a StorageError nothing is known of what was committed since the sync() before, and the
  // connection commits no more: it is to be closed.
  virtual void sync() {}

  // Borders of one body. Where `may_undo` is true, undo_body() takes back all that was done since.
  virtual void begin_body(bool may_undo) = 0;
  // Waits for what the body has run.
  virtual void settle() = 0;
  virtual void end_body() = 0;
  virtual void undo_body() = 0;
  // Whether the body ran a statement that must be taken back if the body fails.
  virtual bool body_wrote() const = 0;

  virtual bool transaction_good() const = 0;
  // After a rollback(): false if the connection must be closed and opened anew before its next
  // transaction.
  virtual bool usable() const = 0;
};

// Throws UnstorableText where a text among them is one.
void check_texts(std::span<const Parameter> parameters);

}  // namespace cloudvno::storage
