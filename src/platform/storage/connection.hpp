// What an engine brings: a connection to its store, driven by one storage thread.
#pragma once

#include "platform/storage/database.hpp"
#include "platform/storage/job_queue.hpp"

namespace cloudvno::storage {

// All of it may throw StorageError. Afterwards either the transaction can go on
// (transaction_good(): only the statement failed), or everything of it is lost.
class Connection {
 public:
  virtual ~Connection() = default;

  virtual Transaction& transaction() = 0;

  virtual void begin() = 0;
  // When it returns, the transaction is on the disk. When it throws, that is not known.
  virtual void commit() = 0;
  virtual void rollback() noexcept = 0;

  // Borders of one body. Where `may_undo` is true, undo_body() takes back all that was done since.
  virtual void begin_body(bool may_undo) = 0;
  virtual void end_body() = 0;
  virtual void undo_body() = 0;
  // Whether the body ran a statement that must be taken back if the body fails.
  virtual bool body_wrote() const = 0;

  virtual bool transaction_good() const = 0;
  // After a rollback(): false if the connection must be closed and opened anew before its next
  // transaction.
  virtual bool usable() const = 0;
};

}  // namespace cloudvno::storage
