// The store as the rooms see it: bodies of SQL that run in a transaction, whatever engine is
// behind.
//
//   CO_TRY_ASSIGN(auto message, co_await db.transact([&](Transaction& tx) { return insert(tx,
//   message); }));
//
// SQL is the common subset of SQLite and PostgreSQL, with $1 $2 … parameters, each used in order of
// number.
#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "base/bytes.hpp"
#include "base/model/sid.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/net/task.hpp"
#include "platform/storage/dialect.hpp"

namespace cloudvno::storage {

// A parameter. Texts and bytes are views: they must live until the call returns.
using Parameter = std::variant<std::monostate, std::int64_t, bool, std::string_view, ByteView>;

inline Parameter to_parameter(std::nullopt_t) {
  return std::monostate();
}
inline Parameter to_parameter(bool value) {
  return value;
}
template <std::integral T>
  requires(!std::same_as<T, bool>)
Parameter to_parameter(T value) {
  return static_cast<std::int64_t>(value);
}
inline Parameter to_parameter(std::string_view value) {
  return value;
}
inline Parameter to_parameter(const std::string& value) {
  return std::string_view(value);
}
inline Parameter to_parameter(const char* value) {
  return std::string_view(value);
}
inline Parameter to_parameter(const Bytes& value) {
  return ByteView(value);
}
inline Parameter to_parameter(ByteView value) {
  return value;
}
inline Parameter to_parameter(Time value) {
  return to_micros(value);
}
template <SidPrefix P>
Parameter to_parameter(const Sid<P>& sid) {
  return sid.is_nil() ? Parameter(std::monostate()) : Parameter(sid.view());
}
template <class T>
Parameter to_parameter(const std::optional<T>& value) {
  return value ? to_parameter(*value) : Parameter(std::monostate());
}

// Rows of a running query; columns count from 0. Views die with the next call of next(). A column
// of another type than asked for is a broken store and throws StorageError.
class Rows {
 public:
  virtual ~Rows() = default;
  virtual bool next() = 0;
  virtual bool is_null(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual bool boolean(int column) const = 0;
  virtual std::string_view text(int column) const = 0;
  virtual ByteView bytes(int column) const = 0;

  Time time(int column) const { return from_micros(integer(column)); }
  std::optional<Time> optional_time(int column) const {
    return is_null(column) ? std::nullopt : std::optional(time(column));
  }
  template <class SidType>
  SidType sid(int column) const {
    return is_null(column) ? SidType() : SidType::from_store(text(column));
  }
  Bytes copy_bytes(int column) const {
    const auto view = bytes(column);
    return {view.begin(), view.end()};
  }
};

// A broken store (disk full, corrupt file, server gone). Caught around a body: its caller gets
// service_unavailable, and the detail goes to the log.
class StorageError : public std::exception {
 public:
  explicit StorageError(std::string text) : text_(std::move(text)) {}
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  std::string text_;
};

// An engine's counts that are still to come.
class PendingCounts {
 public:
  virtual ~PendingCounts() = default;
  virtual std::int64_t wait_for(std::size_t place) = 0;
};

// How many rows a statement changed. Where the engine is a server, run() does not wait for it: who
// looks at the number waits, who does not pays nothing, and a statement at fault is found before
// the commit. Used within its body.
class RowCount {
 public:
  explicit RowCount(std::int64_t known) : value_(known) {}
  RowCount(PendingCounts& pending, std::size_t place)
      : pending_(&pending), value_(static_cast<std::int64_t>(place)) {}

  // May throw as run() does.
  operator std::int64_t() const {
    return pending_ ? pending_->wait_for(static_cast<std::size_t>(value_)) : value_;
  }

 private:
  PendingCounts* pending_ = nullptr;
  std::int64_t value_;  // the count, or its place among the pending ones
};

// Handed to a body, used on the storage thread that runs it, dead after it.
class Transaction {
 public:
  virtual ~Transaction() = default;

  // Runs a statement and answers how many rows it changed. `sql` must be a literal (or live as long
  // as the program): the engine keeps the prepared statement under its address.
  template <class... A>
  RowCount run(std::string_view sql, const A&... arguments) {
    const Parameter parameters[] = {to_parameter(arguments)..., Parameter()};
    return do_run(sql, {parameters, sizeof...(A)});
  }
  // Starts a query. One Rows at a time for each statement text. A server's rows come all at once:
  // read what may be many in pages.
  template <class... A>
  std::unique_ptr<Rows> query(std::string_view sql, const A&... arguments) {
    const Parameter parameters[] = {to_parameter(arguments)..., Parameter()};
    return do_query(sql, {parameters, sizeof...(A)}, RowLock::none);
  }
  // The same, of one table and without grouping; with another lock than none, no other process
  // changes the rows until the end of the transaction.
  template <class... A>
  std::unique_ptr<Rows> query_locked(RowLock lock, std::string_view sql, const A&... arguments) {
    const Parameter parameters[] = {to_parameter(arguments)..., Parameter()};
    return do_query(sql, {parameters, sizeof...(A)}, lock);
  }
  // For a body that writes what it works out from what it read.
  template <class... A>
  std::unique_ptr<Rows> query_for_update(std::string_view sql, const A&... arguments) {
    return query_locked(RowLock::wait, sql, arguments...);
  }
  // For queues: passes over rows that another process is changing.
  template <class... A>
  std::unique_ptr<Rows> query_free_for_update(std::string_view sql, const A&... arguments) {
    return query_locked(RowLock::pass_over, sql, arguments...);
  }
  // SQL put together at run time (filters of a list): prepared anew at each call, not kept.
  virtual std::unique_ptr<Rows> query_text(const std::string& sql,
                                           std::span<const Parameter> parameters) = 0;
  // Until the end of the transaction no other process sets the store up: its schema, its first
  // rows.
  virtual void lock_set_up() = 0;

 protected:
  virtual RowCount do_run(std::string_view sql, std::span<const Parameter> parameters) = 0;
  virtual std::unique_ptr<Rows> do_query(std::string_view sql,
                                         std::span<const Parameter> parameters, RowLock lock) = 0;
};

template <class R>
concept AnyResult = requires(R result) {
  typename R::value_type;
  typename R::error_type;
} && std::same_as<typename R::error_type, Error>;

// Thread-safe. transact() and read() must be awaited on the home executor that the engine was
// opened with; their bodies run on storage threads, may run again (so: no effect but SQL and what
// they return) and must not touch what the control thread owns. A body that answers an error is
// rolled back, alone. When transact() answers a value, it is on the disk; when it answers
// service_unavailable, it may be all the same (the answer to a commit was lost). The queues are
// bounded: beyond that, and while the store fails, service_unavailable at once. Bodies of
// transact() run in the order of the calls.
//
// Other processes may work on the same store. A statement then sees what was committed before the
// statement began (READ COMMITTED), a body of read() what was committed before the body. So what a
// body of transact() reads may have changed when it writes: it says what must still hold in the
// statement that writes (ON CONFLICT, WHERE status = …), or reads with query_for_update().
class Database {
 public:
  virtual ~Database() = default;

  template <class Body, class R = std::invoke_result_t<Body&, Transaction&>>
    requires AnyResult<R>
  net::Task<R> transact(Body body) {
    std::optional<R> result;
    auto failed = co_await submit(Kind::write, [&](Transaction& tx) {
      result.emplace(body(tx));
      return result->has_value();
    });
    if (failed) co_return std::unexpected(std::move(*failed));
    co_return std::move(*result);
  }

  template <class Body, class R = std::invoke_result_t<Body&, Transaction&>>
    requires AnyResult<R>
  net::Task<R> read(Body body) {
    std::optional<R> result;
    auto failed = co_await submit(Kind::read, [&](Transaction& tx) {
      result.emplace(body(tx));
      return result->has_value();
    });
    if (failed) co_return std::unexpected(std::move(*failed));
    co_return std::move(*result);
  }

  // The same, waiting on the calling thread: for start-up, commands and tests, never on the home
  // executor's.
  template <class Body, class R = std::invoke_result_t<Body&, Transaction&>>
    requires AnyResult<R>
  R transact_now(Body body) {
    std::optional<R> result;
    auto failed = submit_now(Kind::write, [&](Transaction& tx) {
      result.emplace(body(tx));
      return result->has_value();
    });
    if (failed) return std::unexpected(std::move(*failed));
    return std::move(*result);
  }
  template <class Body, class R = std::invoke_result_t<Body&, Transaction&>>
    requires AnyResult<R>
  R read_now(Body body) {
    std::optional<R> result;
    auto failed = submit_now(Kind::read, [&](Transaction& tx) {
      result.emplace(body(tx));
      return result->has_value();
    });
    if (failed) return std::unexpected(std::move(*failed));
    return std::move(*result);
  }

 protected:
  enum class Kind { read, write };
  using Body = std::function<bool(Transaction&)>;  // false: roll back

  virtual net::Task<std::optional<Error>> submit(Kind kind, Body body) = 0;
  virtual std::optional<Error> submit_now(Kind kind, Body body) = 0;
};

}  // namespace cloudvno::storage
