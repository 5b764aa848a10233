// cloudvno account create | list
#include <fmt/format.h>

#include "app/commands/store_access.hpp"
#include "domain/accounts/account_store.hpp"
#include "domain/accounts/open_account.hpp"
#include "domain/numbers/assign_numbers.hpp"

namespace cloudvno::app {
namespace {

struct Opened {
  accounts::Account account;
  accounts::NewApiKey key;
  std::vector<numbers::Number> numbers;
};

void create(CommandContext& context, const accounts::AccountOptions& options) {
  const auto store = StoreAccess::open(context);
  if (!store) return;
  const auto opened =
      store->database().transact_now([&](storage::Transaction& tx) -> Result<Opened> {
        Opened made;
        made.account = accounts::open_account(tx, store->vault(), options, store->now());
        made.key =
            accounts::make_api_key(tx, made.account.sid, false, api::ScopeSet::all(), store->now());
        TRY_ASSIGN(made.numbers,
                   numbers::assign_sandbox_numbers(tx, store->vault(), *made.account.keys,
                                                   made.account.sid, store->now()));
        return made;
      });
  if (!opened) return context.complain(opened.error());
  fmt::print("account_sid     {}\nauth_token      {}\nwebhook_secret  {}\ntest_key        {}\n",
             opened->account.sid.view(), opened->account.auth_token, opened->account.webhook_secret,
             opened->key.text);
  for (const auto& number : opened->numbers) {
    fmt::print("number          {} ({} {})\n", number.number.e164(), number.country, number.type);
  }
  fmt::print(
      stderr,
      "The key is shown this once. It reaches the simulated network only; `cloudvno key create "
      "--live` makes one for carriers.\n");
}

void list(CommandContext& context) {
  const auto store = StoreAccess::open(context);
  if (!store) return;
  const auto all = store->database().read_now(
      [](storage::Transaction& tx) -> Result<std::vector<accounts::AccountSummary>> {
        return accounts::list_accounts(tx);
      });
  if (!all) return context.complain(all.error());
  for (const auto& account : *all) {
    fmt::print("{}  {}  {}\n", account.sid.view(), account.status, to_iso8601(account.created_at));
  }
}

}  // namespace

void add_account(CLI::App& program, CommandContext& context) {
  auto* command = program.add_subcommand("account", "Open and list accounts");
  command->require_subcommand(1);
  auto* creating = command->add_subcommand(
      "create", "Open an account: prints its secrets, a test key and its first sandbox numbers");
  auto options = std::make_shared<accounts::AccountOptions>();
  auto unlimited = std::make_shared<bool>(false);
  creating->add_option("--name", options->name, "Name of the customer")->required();
  creating->add_flag("--twilio-signature", options->twilio_signature,
                     "Sign callbacks with X-Twilio-Signature too");
  creating->add_flag("--no-rate-limits", *unlimited, "Lift the API's rate limits for this account");
  creating->callback([options, unlimited, &context] {
    options->rate_limited = !*unlimited;
    create(context, *options);
  });
  command->add_subcommand("list", "List the accounts")->callback([&context] { list(context); });
}

}  // namespace cloudvno::app
