// A session with a PostgreSQL server in pipeline mode (libpq, "Pipeline Mode").
#include "platform/storage/postgres/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/invariant.hpp"
#include "platform/storage/postgres/server_check.hpp"
#include "platform/storage/sql_text.hpp"

namespace cloudvno::storage::postgres {
namespace {

// Answers that may be out, so that neither side's memory grows without bound.
constexpr std::size_t most_expected = 2'000;

std::int64_t count_changed(PGresult* result) {
  if (std::string_view(PQcmdStatus(result)).starts_with("SELECT")) return 0;
  const std::string_view text = PQcmdTuples(result);
  std::int64_t count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

void check_one_statement(std::string_view sql) {
  const auto count = split_statements(sql).size();
  if (count == 0) throw StatementError("preparing a statement: it is empty");
  if (count > 1) throw StatementError("preparing a statement: there is more than one");
}

void check_parameters(std::string_view sql, std::size_t given) {
  const auto numbers = parameter_numbers(sql);
  if (numbers.size() != given) {
    throw StatementError(
        fmt::format("a statement of {} parameters is given {}", numbers.size(), given));
  }
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] != i + 1) throw StatementError(fmt::format("a statement has no ${}", i + 1));
  }
}

}  // namespace

Session::Session(ConnectionPtr connection, bool writer, std::chrono::milliseconds answer_wait)
    : link_(std::move(connection), answer_wait) {
  set_up_session(link_, writer, answer_wait);
  link_.sent(PQenterPipelineMode(link_.get()));
}

Session::Prepared& Session::prepared(std::string_view sql, RowLock lock,
                                     const std::vector<Oid>& types) {
  auto& slot = statements_[{sql.data(), sql.size(), lock}];
  if (!slot) {
    check_one_statement(sql);
    check_parameters(sql, types.size());
    slot = std::make_unique<Prepared>();
    slot->literal = sql;
    slot->text = fmt::format("{}{}", sql, lock_clause(lock));
    slot->parameters = types.size();
  }
  auto& statement = *slot;
  invariant(std::string_view(statement.text).starts_with(sql),
            "SQL at this address has changed: run() and query() want literals");
  if (statement.parameters != types.size()) {
    throw StatementError(fmt::format("a statement of {} parameters is given {}",
                                     statement.parameters, types.size()));
  }
  // Prepared with NULL, whose type the server guessed, or never, or in vain.
  const auto fits = [](Oid have, Oid given) { return given == type_unknown || have == given; };
  if (!statement.on_server || !std::ranges::equal(statement.types, types, fits)) {
    prepare(statement, types);
  }
  return statement;
}

void Session::prepare(Prepared& statement, const std::vector<Oid>& types) {
  statement.types.resize(types.size(), type_unknown);
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (types[i] != type_unknown) statement.types[i] = types[i];
  }
  statement.name = fmt::format("s{}", ++names_);
  link_.sent(PQsendPrepare(link_.get(), statement.name.c_str(), statement.text.c_str(),
                           static_cast<int>(statement.types.size()), statement.types.data()));
  statement.on_server = true;  // until its answer says otherwise
  expected_.push_back({Expected::Kind::preparation, &statement, 0, statement.literal});
}

void Session::execute(Prepared& statement) {
  link_.sent(PQsendQueryPrepared(link_.get(), statement.name.c_str(), encoded_.count(),
                                 encoded_.values(), encoded_.lengths(), encoded_.formats(), 1));
  synced_ = false;
}

std::size_t Session::expect_statement(std::string_view doing) {
  counts_.push_back(-1);
  const auto place = counts_.size() - 1;
  expected_.push_back({Expected::Kind::statement, nullptr, place, doing});
  keep_moving();
  return place;
}

void Session::keep_moving() {
  link_.flush_some();
  if (expected_.size() >= most_expected) read_until(std::nullopt);
}

std::size_t Session::send(std::string_view sql, RowLock lock,
                          std::span<const Parameter> parameters) {
  encoded_.encode(parameters);
  auto& statement = prepared(sql, lock, encoded_.types());
  execute(statement);
  return expect_statement(statement.literal);
}

std::size_t Session::send_text(const std::string& sql, std::span<const Parameter> parameters) {
  encoded_.encode(parameters);
  check_one_statement(sql);
  check_parameters(sql, parameters.size());
  link_.sent(PQsendQueryParams(link_.get(), sql.c_str(), encoded_.count(), encoded_.types().data(),
                               encoded_.values(), encoded_.lengths(), encoded_.formats(), 1));
  synced_ = false;
  return expect_statement("query_text");
}

void Session::send_control(std::string_view sql) {
  encoded_.encode({});
  execute(prepared(sql, RowLock::none, {}));
  expected_.push_back({Expected::Kind::control, nullptr, 0, sql});
  keep_moving();
}

ResultPtr Session::wait_for_rows(std::size_t place) {
  wanted_ = place;
  rows_.reset();
  read_until(place);
  wanted_.reset();
  throw_what_failed();
  if (!rows_) throw StatementError("a statement behind one at fault");
  return std::move(rows_);
}

std::int64_t Session::wait_for_count(std::size_t place) {
  if (counts_[place] < 0) read_until(place);
  throw_what_failed();
  if (counts_[place] < 0) throw StatementError("a statement behind one at fault");
  return counts_[place];
}

void Session::settle() {
  read_until(std::nullopt);
  throw_what_failed();
}

void Session::settle_whatever() {
  read_until(std::nullopt);
  fault_.reset();
}

void Session::sync() {
  link_.sent(PQpipelineSync(link_.get()));
  expected_.push_back({Expected::Kind::sync, nullptr, 0, {}});
  synced_ = true;
}

void Session::forget_counts() {
  counts_.clear();
}

void Session::read_until(std::optional<std::size_t> place) {
  if (expected_.empty()) return;
  if (!synced_) link_.sent(PQsendFlushRequest(link_.get()));
  const auto done = [&] { return expected_.empty() || (place && counts_[*place] >= 0); };
  while (!done() && !fault_) read_answer();
  if (!fault_) return;
  // The server passes over all that it was sent, up to a sync.
  if (!synced_) sync();
  while (!expected_.empty()) read_answer();
}

void Session::read_answer() {
  const auto expected = expected_.front();
  auto result = link_.next();
  if (!result) throw StorageError("PostgreSQL answered out of order");
  if (PQstatus(link_.get()) == CONNECTION_BAD) throw StorageError(connection_error(link_.get()));
  expected_.pop_front();
  if (expected.kind == Expected::Kind::sync) {
    if (PQresultStatus(result.get()) != PGRES_PIPELINE_SYNC) {
      throw StorageError("PostgreSQL answered out of order");
    }
    return;
  }
  take_answer(expected, std::move(result));
  while (link_.next()) {
  }
}

void Session::take_answer(const Expected& expected, ResultPtr result) {
  switch (PQresultStatus(result.get())) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
      if (expected.kind == Expected::Kind::control && expected.doing == "COMMIT" &&
          std::string_view(PQcmdStatus(result.get())) != "COMMIT") {
        fault_ = Fault{FaultKind::store, "COMMIT: the server rolled back"};
      }
      if (expected.kind != Expected::Kind::statement) return;
      counts_[expected.place] = count_changed(result.get());
      if (wanted_ == expected.place) rows_ = std::move(result);
      return;
    case PGRES_PIPELINE_ABORTED:
      if (expected.statement) expected.statement->on_server = false;
      return;
    default:
      break;
  }
  if (expected.statement) expected.statement->on_server = false;
  auto fault = read_fault(result.get(), first_word(expected.doing));
  // No body is at fault for what we say ourselves.
  if (expected.kind == Expected::Kind::control && fault.kind == FaultKind::statement) {
    fault.kind = FaultKind::store;
  }
  if (!fault_) fault_ = std::move(fault);
}

void Session::throw_what_failed() {
  if (!fault_) return;
  const auto fault = *std::exchange(fault_, std::nullopt);
  faulted_ = true;
  throw_fault(fault);
}

}  // namespace cloudvno::storage::postgres
