// The store and the vault as a command has them, beside a server that may be running.
#pragma once

#include <memory>
#include <optional>

#include "app/commands/command.hpp"
#include "app/store.hpp"
#include "base/clock.hpp"
#include "platform/net/runtime.hpp"

namespace cloudvno::app {

class StoreAccess {
 public:
  // Nothing after having complained.
  static std::unique_ptr<StoreAccess> open(CommandContext& context);

  const Settings& settings() const { return settings_; }
  storage::Database& database() { return *database_; }
  vault::Vault& vault() { return *vault_; }
  // Of a key or an account, which is in the store by now. Returns when no process goes by what it
  // remembers from before: the one of this data folder at once, others within a second.
  void settle_change();
  Time now() const { return SystemClock().now(); }

 private:
  Settings settings_;
  net::Loop loop_{"command"};
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<vault::Vault> vault_;
};

// An account SID as a command is given it; nothing after having complained.
std::optional<AccountSid> read_account(CommandContext& context, const std::string& text);
// Turns the root key, and notes it for accounts erased before. Errc::wrong_state where processes on
// other machines would be shut out.
Result<> turn_root_key(StoreAccess& store);

}  // namespace cloudvno::app
