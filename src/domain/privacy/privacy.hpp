// The front of privacy: what is done in the background so that promises about data are kept.
#pragma once

#include <optional>
#include <vector>

#include "domain/accounts/accounts.hpp"
#include "domain/privacy/account_key.hpp"
#include "domain/privacy/clock_guard.hpp"
#include "domain/privacy/erase_account.hpp"
#include "domain/privacy/retention.hpp"
#include "platform/cluster/node.hpp"
#include "platform/storage/catalogue.hpp"

namespace cloudvno::privacy {

// Lives on the control thread. Of the nodes on one store, one has the duty.
class Privacy {
 public:
  // For what must be taken out of an erased account's rows before they go.
  using BeforeRowsGo = std::function<void(storage::Transaction&, const AccountSid&, Time now)>;

  // `tables`: the catalogue of the program's migrations. `synchronised`: whether the machine's
  // clock follows a time server.
  Privacy(storage::Database& database, const cluster::Node& node, vault::Vault& vault,
          accounts::Accounts& accounts, const Clock& clock, std::vector<storage::Table> tables,
          BeforeRowsGo before_rows_go,
          std::function<bool()> synchronised = clock_follows_a_time_server);

  // One round: rows of erased accounts, keys that turn, rows past their time. Call every minute.
  // What a round does not finish, because the store fails or the process ends, the next one does.
  // True where this node has the duty and the clock is believed: what else ends at its time may go.
  net::Task<bool> round();

 private:
  static constexpr std::int64_t rows_a_step = 500;
  // After a key turn began or an account was erased: nobody holds keys from before any more (caches
  // live a second, requests and their transactions half a minute).
  static constexpr std::chrono::seconds keys_let_go{60};

  struct Duty {
    bool ours = false;
    std::optional<Time> mark;
  };
  net::Task<Result<Duty>> take_duty();
  net::Task<Result<>> write_mark(Time now);
  net::Task<Result<>> delete_erased();
  net::Task<Result<>> delete_rows_of(AccountSid account, const storage::Table& table);
  net::Task<Result<>> turn_keys();
  // How many values had to be sealed anew.
  net::Task<Result<std::int64_t>> reseal(AccountSid account);
  net::Task<Result<>> sweep(Time now);

  template <class Body>
  net::Task<std::invoke_result_t<Body&, storage::Transaction&>> step(Body body);

  storage::Database& database_;
  const cluster::Node& node_;
  vault::Vault& vault_;
  accounts::Accounts& accounts_;
  const Clock& clock_;
  const std::vector<storage::Table> tables_;
  const BeforeRowsGo before_rows_go_;
  ClockGuard guard_;
  bool clock_doubted_ = false;
};

// SQL of the table clock_mark: the latest time that a process believed.
std::optional<Time> read_clock_mark(storage::Transaction& tx);
void write_clock_mark(storage::Transaction& tx, Time time);

}  // namespace cloudvno::privacy
