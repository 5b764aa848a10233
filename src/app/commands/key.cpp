// cloudvno key create | list | revoke
#include <fmt/format.h>

#include "app/commands/store_access.hpp"
#include "domain/accounts/account_store.hpp"
#include "domain/accounts/open_account.hpp"

namespace cloudvno::app {
namespace {

struct KeyOptions {
  std::string account;
  std::string key;
  std::string scopes;
  bool live = false;
};

void create(CommandContext& context, const KeyOptions& options) {
  const auto account = read_account(context, options.account);
  if (!account) return;
  const auto scopes =
      options.scopes.empty() ? api::ScopeSet::all() : api::ScopeSet::parse(options.scopes);
  if (!scopes) {
    return context.complain(
        {Errc::invalid_parameter,
         fmt::format("--scopes must be some of: {}", api::ScopeSet::all().str()),
         {},
         {},
         0});
  }
  const auto store = StoreAccess::open(context);
  if (!store) return;
  const auto made =
      store->database().transact_now([&](storage::Transaction& tx) -> Result<accounts::NewApiKey> {
        TRY(accounts::find_account(tx, store->vault(), *account));
        return accounts::make_api_key(tx, *account, options.live, *scopes, store->now());
      });
  if (!made) return context.complain(made.error());
  fmt::print("key_sid  {}\nkey      {}\nscopes   {}\n", made->key.sid.view(), made->text,
             made->key.scopes.str());
}

void list(CommandContext& context, const KeyOptions& options) {
  const auto account = read_account(context, options.account);
  if (!account) return;
  const auto store = StoreAccess::open(context);
  if (!store) return;
  const auto keys = store->database().read_now(
      [&](storage::Transaction& tx) -> Result<std::vector<accounts::ApiKey>> {
        return accounts::list_api_keys(tx, *account);
      });
  if (!keys) return context.complain(keys.error());
  for (const auto& key : *keys) {
    fmt::print("{}  {}  {}  {}\n", key.sid.view(), key.live ? "live" : "test",
               key.revoked_at ? "revoked " + to_iso8601(*key.revoked_at) : "active",
               key.scopes.str());
  }
}

void revoke(CommandContext& context, const KeyOptions& options) {
  const auto sid = ApiKeySid::parse(options.key);
  if (!sid)
    return context.complain({Errc::invalid_parameter, "give the SID of a key (AK…)", {}, {}, 0});
  const auto store = StoreAccess::open(context);
  if (!store) return;
  const auto revoked =
      store->database().transact_now([&](storage::Transaction& tx) -> Result<bool> {
        return accounts::revoke_api_key(tx, *sid, store->now());
      });
  if (!revoked) return context.complain(revoked.error());
  if (!*revoked)
    return context.complain({Errc::not_found, "there is no active key with that SID", {}, {}, 0});
  store->settle_change();
  fmt::print("revoked; every running server refuses it\n");
}

}  // namespace

void add_key(CLI::App& program, CommandContext& context) {
  auto* command = program.add_subcommand("key", "Make, list and revoke API keys");
  command->require_subcommand(1);
  auto options = std::make_shared<KeyOptions>();
  auto* creating =
      command->add_subcommand("create", "Make an API key; its text is shown this once");
  creating->add_option("--account", options->account, "Account SID")->required();
  creating->add_flag("--live", options->live,
                     "A live key, which reaches carriers; else a test key");
  creating->add_option("--scopes", options->scopes,
                       "Scopes, separated by spaces or commas; all if left out");
  creating->callback([options, &context] { create(context, *options); });
  auto* listing = command->add_subcommand("list", "List an account's keys");
  listing->add_option("--account", options->account, "Account SID")->required();
  listing->callback([options, &context] { list(context, *options); });
  auto* revoking = command->add_subcommand("revoke", "Revoke a key, at once and for ever");
  revoking->add_option("key", options->key, "Key SID (AK…)")->required();
  revoking->callback([options, &context] { revoke(context, *options); });
}

}  // namespace cloudvno::app
