// The store and the vault as a command has them.
#include "app/commands/store_access.hpp"

#include <thread>

#include "domain/accounts/accounts.hpp"
#include "platform/cluster/change_count.hpp"

namespace cloudvno::app {

std::unique_ptr<StoreAccess> StoreAccess::open(CommandContext& context) {
  auto settings = context.settings();
  if (!settings) return nullptr;
  auto access = std::make_unique<StoreAccess>();
  access->settings_ = std::move(*settings);
  auto database = open_store(access->settings_, access->loop_.executor(), StoreUse::command);
  if (!database) {
    context.complain(database.error());
    return nullptr;
  }
  access->database_ = std::move(*database);
  auto vault = open_vault(access->settings_, *access->database_);
  if (!vault) {
    context.complain(vault.error());
    return nullptr;
  }
  access->vault_ = std::move(*vault);
  return access;
}

void StoreAccess::settle_change() {
  const auto changes = cluster::ChangeCount::open(settings_.changes_path());
  if (changes) (*changes)->count();
  if (changes && settings_.store_is_embedded()) return;
  std::this_thread::sleep_for(accounts::Accounts::fresh);
}

std::optional<AccountSid> read_account(CommandContext& context, const std::string& text) {
  const auto sid = AccountSid::parse(text);
  if (!sid) {
    context.complain({Errc::invalid_parameter, "give an account SID (AC…)", {}, {}, 0});
  }
  return sid;
}

}  // namespace cloudvno::app
