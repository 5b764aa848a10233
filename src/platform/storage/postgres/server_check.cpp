// What a session is set to, and what a server must be.
#include "platform/storage/postgres/server_check.hpp"

#include <fmt/format.h>

#include <map>

#include "platform/storage/postgres/error.hpp"

namespace cloudvno::storage::postgres {
namespace {

using Settings = std::map<std::string, std::string>;

// Runs one statement outside of pipeline mode; answers its last row.
Settings ask(Link& link, const std::string& sql, const std::vector<std::string>& arguments) {
  std::vector<const char*> values;
  for (const auto& each : arguments) values.push_back(each.c_str());
  link.sent(PQsendQueryParams(link.get(), sql.c_str(), static_cast<int>(values.size()), nullptr,
                              values.data(), nullptr, nullptr, 0));
  Settings row;
  std::string failure;
  while (const auto result = link.next()) {
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
      if (PQstatus(link.get()) == CONNECTION_BAD) throw StorageError(connection_error(link.get()));
      failure = read_fault(result.get(), "setting up a session").text;
      continue;
    }
    for (int row_number = 0; row_number < PQntuples(result.get()); ++row_number) {
      for (int i = 0; i < PQnfields(result.get()); ++i) {
        row[PQfname(result.get(), i)] = PQgetvalue(result.get(), row_number, i);
      }
    }
  }
  if (!failure.empty()) throw StorageError(failure);
  return row;
}

std::string milliseconds(std::chrono::milliseconds duration) {
  return fmt::format("{}ms", duration.count());
}

bool sorts_by_bytes(const Settings& found) {
  const auto& provider = found.at("provider");
  const auto& collation = found.at("collation");
  if (provider == "b") return true;  // PostgreSQL's own, all in the order of code points
  return provider == "c" && (collation == "C" || collation == "POSIX" || collation == "C.UTF-8" ||
                             collation == "C.utf8");
}

void check(const Settings& found, bool writer) {
  const auto refuse = [](std::string why) { throw StorageError(std::move(why)); };
  for (const auto* name : {"fsync", "full_page_writes"}) {
    if (found.at(name) != "on") {
      refuse(
          fmt::format("this server runs with {} = {} and can lose what it committed: set {} = "
                      "on in its postgresql.conf and reload it",
                      name, found.at(name), name));
    }
  }
  if (found.at("encoding") != "UTF8") {
    refuse(
        fmt::format("the database's encoding is {}: make it anew with createdb --encoding=UTF8 "
                    "--locale=C --template=template0",
                    found.at("encoding")));
  }
  if (!sorts_by_bytes(found)) {
    refuse(
        fmt::format("the database sorts text by {}, which is not the order of its bytes: make "
                    "it anew with createdb --encoding=UTF8 --locale=C --template=template0",
                    found.at("collation")));
  }
  if (!writer) return;
  if (found.at("standby") == "t" || found.at("read_only") == "on") {
    refuse("this server is a standby or read-only and takes no writes: name the primary");
  }
  const auto& commit = found.at("commit");
  if (commit != "on" && commit != "remote_apply") {
    refuse(fmt::format("synchronous_commit is {} and cannot be set to on", commit));
  }
}

}  // namespace

void set_up_session(Link& link, bool writer, std::chrono::milliseconds answer_wait) {
  if (PQserverVersion(link.get()) < 150'000) {
    throw StorageError("this server is older than PostgreSQL 15: use version 15 or newer");
  }
  const auto idle = std::max(answer_wait, std::chrono::milliseconds(5'000));
  // An operator's remote_apply is more than we ask for; all else is less. The server must not work
  // on for, or hold locks for, a process that is gone or paused.
  std::string sql =
      "SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit') "
      "WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false), "
      "set_config('client_connection_check_interval', '1s', false), "
      "set_config('tcp_keepalives_idle', '5', false), "
      "set_config('tcp_keepalives_interval', '2', false), "
      "set_config('tcp_keepalives_count', '3', false), "
      "set_config('tcp_user_timeout', '5000', false), "
      "set_config('idle_in_transaction_session_timeout', $1, false), ";
  // A writer's limit ends before our own patience, so that a body that waits for a lock fails
  // alone, and deadlocks end sooner than by the server. A writer has none for statements: a commit
  // that waits for a standby would then be answered as done.
  sql += writer ? "set_config('lock_timeout', $2, false)"
                : "set_config('statement_timeout', $2, false)";
  ask(link, sql, {milliseconds(idle), milliseconds(writer ? answer_wait * 2 / 5 : answer_wait)});
  check(ask(link,
            "SELECT current_setting('fsync') AS fsync, "
            "current_setting('full_page_writes') AS full_page_writes, "
            "current_setting('synchronous_commit') AS commit, "
            "current_setting('transaction_read_only') AS read_only, "
            "pg_is_in_recovery() AS standby, pg_encoding_to_char(encoding) AS encoding, "
            "datlocprovider AS provider, CASE datlocprovider WHEN 'i' THEN 'ICU rules' ELSE "
            "datcollate END AS collation FROM pg_database WHERE datname = current_database()",
            {}),
        writer);
}

}  // namespace cloudvno::storage::postgres
