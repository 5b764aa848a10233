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

// Rows and bytes that wait to be inserted: few enough that the server has something to do while we
// gather the next.
constexpr std::size_t most_gathered_rows = 64;
constexpr std::size_t most_gathered_bytes = 256 * 1024;

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

Session::Prepared& Session::known(std::string_view sql, RowLock lock, std::size_t parameters) {
  auto& slot = statements_[{sql.data(), sql.size(), lock}];
  if (!slot) {
    check_one_statement(sql);
    check_parameters(sql, parameters);
    slot = std::make_unique<Prepared>();
    slot->literal = sql;
    slot->text = fmt::format("{}{}", sql, lock_clause(lock));
    slot->parameters = parameters;
    if (auto insert = read_plain_insert(sql)) {
      slot->gathered = std::make_unique<GatheredInsert>(std::move(*insert));
    }
  }
  invariant(std::string_view(slot->text).starts_with(sql),
            "SQL at this address has changed: run() and query() want literals");
  if (slot->parameters != parameters) {
    throw StatementError(
        fmt::format("a statement of {} parameters is given {}", slot->parameters, parameters));
  }
  return *slot;
}

Session::Prepared& Session::merged(const std::string& text, const Prepared& of) {
  auto& slot = merged_[text];
  if (!slot) {
    slot = std::make_unique<Prepared>();
    slot->literal = of.literal;
    slot->text = text;
  }
  return *slot;
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
  expected_.push_back({Expected::Kind::preparation, &statement, {}, statement.literal});
}

void Session::execute(Prepared& statement, const EncodedParameters& parameters) {
  // Prepared with NULL, whose type the server guessed, or never, or in vain.
  const auto fits = [](Oid have, Oid given) { return given == type_unknown || have == given; };
  if (!statement.on_server || !std::ranges::equal(statement.types, parameters.types(), fits)) {
    prepare(statement, parameters.types());
  }
  link_.sent(PQsendQueryPrepared(link_.get(), statement.name.c_str(), parameters.count(),
                                 parameters.values(), parameters.lengths(), parameters.formats(),
                                 1));
  synced_ = false;
}

std::size_t Session::next_place() {
  counts_.push_back(-1);
  return counts_.size() - 1;
}

void Session::expect_statement(std::string_view doing, std::vector<std::size_t> places) {
  expected_.push_back({Expected::Kind::statement, nullptr, std::move(places), doing});
  keep_moving();
}

std::size_t Session::gather(Prepared& statement) {
  auto& gathered = *statement.gathered;
  if (gathered.places().empty()) gathering_.push_back(&statement);
  const auto place = next_place();
  gathered.add(encoded_, place);
  if (gathered.places().size() >= most_gathered_rows || gathered.bytes() >= most_gathered_bytes) {
    send_gathered_in(statement);
  }
  return place;
}

void Session::send_gathered_in(Prepared& statement) {
  auto& gathered = *statement.gathered;
  std::erase(gathering_, &statement);
  const auto places = gathered.places();
  if (places.size() == 1) {
    execute(statement, gathered.only_row());
  } else {
    execute(merged(gathered.text(), statement), gathered.arrays());
  }
  gathered.clear();
  expect_statement(statement.literal, places);
}

void Session::send_gathered_for(std::string_view sql) {
  for (std::size_t i = 0; i < gathering_.size();) {
    if (has_word(sql, gathering_[i]->gathered->table())) {
      send_gathered_in(*gathering_[i]);
    } else {
      ++i;
    }
  }
}

void Session::send_gathered() {
  while (!gathering_.empty()) send_gathered_in(*gathering_.front());
}

void Session::drop_gathered() {
  for (auto* statement : std::exchange(gathering_, {})) statement->gathered->clear();
}

void Session::keep_moving() {
  link_.flush_some();
  if (expected_.size() >= most_expected) read_until(std::nullopt);
}

std::size_t Session::send(std::string_view sql, RowLock lock,
                          std::span<const Parameter> parameters) {
  encoded_.encode(parameters);
  auto& statement = known(sql, lock, parameters.size());
  if (may_gather_ && statement.gathered && statement.gathered->fits(encoded_.types())) {
    return gather(statement);
  }
  send_gathered_for(sql);
  execute(statement, encoded_);
  const auto place = next_place();
  expect_statement(statement.literal, {place});
  return place;
}

std::size_t Session::send_text(const std::string& sql, std::span<const Parameter> parameters) {
  encoded_.encode(parameters);
  check_one_statement(sql);
  check_parameters(sql, parameters.size());
  send_gathered_for(sql);
  link_.sent(PQsendQueryParams(link_.get(), sql.c_str(), encoded_.count(), encoded_.types().data(),
                               encoded_.values(), encoded_.lengths(), encoded_.formats(), 1));
  synced_ = false;
  const auto place = next_place();
  expect_statement("query_text", {place});
  return place;
}

void Session::send_control(std::string_view sql) {
  encoded_.encode({});
  execute(known(sql, RowLock::none, 0), encoded_);
  expected_.push_back({Expected::Kind::control, nullptr, {}, sql});
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
  send_gathered();
  if (counts_[place] < 0) read_until(place);
  throw_what_failed();
  if (counts_[place] < 0) throw StatementError("a statement behind one at fault");
  return counts_[place];
}

void Session::settle() {
  send_gathered();
  read_until(std::nullopt);
  throw_what_failed();
}

void Session::settle_whatever() {
  read_until(std::nullopt);
  fault_.reset();
}

void Session::sync() {
  link_.sent(PQpipelineSync(link_.get()));
  expected_.push_back({Expected::Kind::sync, nullptr, {}, {}});
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
  auto result = link_.next();
  if (!result) throw StorageError("PostgreSQL answered out of order");
  if (PQstatus(link_.get()) == CONNECTION_BAD) throw StorageError(connection_error(link_.get()));
  const auto expected = std::move(expected_.front());
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
          std::string_view(PQcmdStatus(result.get())) != "COMMIT" && !fault_) {
        fault_ = Fault{FaultKind::store, "COMMIT: the server rolled back"};
      }
      if (expected.kind != Expected::Kind::statement) return;
      if (expected.places.size() > 1) {
        for (const auto place : expected.places) counts_[place] = 1;
        return;
      }
      counts_[expected.places[0]] = count_changed(result.get());
      if (wanted_ == expected.places[0]) rows_ = std::move(result);
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
