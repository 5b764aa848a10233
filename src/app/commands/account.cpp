// cloudvno account create | set | turn-key | erase | list
#include <fmt/format.h>

#include "app/commands/store_access.hpp"
#include "base/log.hpp"
#include "domain/accounts/account_store.hpp"
#include "domain/accounts/open_account.hpp"
#include "domain/numbers/assign_numbers.hpp"
#include "domain/numbers/release_number.hpp"
#include "domain/privacy/account_key.hpp"
#include "domain/privacy/erase_account.hpp"

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
        TRY_ASSIGN(made.account, accounts::open_account(tx, store->vault(), options, store->now()));
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

void set(CommandContext& context, const std::string& text, int retention_days) {
  const auto account = read_account(context, text);
  if (!account) return;
  const auto store = StoreAccess::open(context);
  if (!store) return;
  const auto found = store->database().transact_now([&](storage::Transaction& tx) -> Result<bool> {
    return accounts::set_retention(tx, *account, retention_days, store->now());
  });
  if (!found) return context.complain(found.error());
  if (!*found) return context.complain({Errc::not_found, "there is no such account", {}, {}, 0});
  store->settle_change();
  fmt::print("messages and logs of {} are kept for {} days\n", account->view(), retention_days);
}

void turn_key(CommandContext& context, const std::string& text) {
  const auto account = read_account(context, text);
  if (!account) return;
  const auto store = StoreAccess::open(context);
  if (!store) return;
  const auto begun = store->database().transact_now([&](storage::Transaction& tx) -> Result<> {
    return privacy::begin_key_turn(tx, store->vault(), *account, store->now());
  });
  if (!begun) return context.complain(begun.error());
  fmt::print(
      "a new key seals from now on; the running server seals anew what the old one sealed, and "
      "destroys the old one (a line privacy.key_turned in its log)\n");
}

// Its numbers go to rest while their offers can be read. All but the last of them in steps, so that
// a running server's transactions wait for none that is long.
Result<> destroy(StoreAccess& store, const AccountSid& account) {
  constexpr std::int64_t most = 200;
  while (true) {
    TRY_ASSIGN(const auto released,
               store.database().transact_now([&](storage::Transaction& tx) -> Result<std::int64_t> {
                 TRY(privacy::check_erasable(tx, account));
                 TRY_ASSIGN(const auto holder, accounts::find_account(tx, store.vault(), account));
                 const auto gone = numbers::release_all(tx, store.vault(), *holder.keys, account,
                                                        store.now(), most);
                 if (gone < most) {
                   TRY(privacy::destroy_account_keys(tx, account, store.now()));
                 }
                 return gone;
               }));
    if (released < most) return {};
  }
}

void erase(CommandContext& context, const std::string& text, bool sure) {
  const auto account = read_account(context, text);
  if (!account) return;
  if (!sure) {
    return context.complain({Errc::invalid_parameter,
                             "this cannot be taken back: the account's keys are destroyed. Say "
                             "--yes to do it",
                             {},
                             {},
                             0});
  }
  const auto store = StoreAccess::open(context);
  if (!store) return;
  const auto destroyed = destroy(*store, *account);
  // Erased before, but perhaps not to the end.
  if (!destroyed && destroyed.error().code != Errc::not_found) {
    return context.complain(destroyed.error());
  }
  const auto pending = store->database().read_now([&](storage::Transaction& tx) -> Result<bool> {
    return std::ranges::any_of(privacy::list_erasures(tx), [&](const auto& erasure) {
      return erasure.account == *account && !erasure.root_key_dropped;
    });
  });
  if (!pending) return context.complain(pending.error());
  if (!*pending) {
    return context.complain({Errc::not_found, "there is no such account", {}, {}, 0});
  }
  log::info("account.erased", {{"account", account->view()}});
  store->settle_change();
  if (const auto turned = turn_root_key(*store); !turned) {
    fmt::print(stderr,
               "the account is hidden and its keys are gone from the store, but not from copies of "
               "it: run this again, or `cloudvno root-key turn`\n");
    return context.complain(turned.error());
  }
  fmt::print(
      "erased: nothing that {} sealed can be read any more, here or in backups. The running server "
      "deletes its rows within minutes. Replace copies of {}.\n",
      account->view(), store->settings().root_key_path());
}

}  // namespace

void add_account(CLI::App& program, CommandContext& context) {
  auto* command = program.add_subcommand("account", "Open, change, erase and list accounts");
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
  auto account = std::make_shared<std::string>();
  auto days = std::make_shared<int>(90);
  auto* setting = command->add_subcommand("set", "Change an account");
  setting->add_option("account", *account, "Account SID")->required();
  setting
      ->add_option("--retention-days", *days,
                   "For how long messages and logs are kept: 1 to 90 days")
      ->required()
      ->check(CLI::Range(1, 90));
  setting->callback([account, days, &context] { set(context, *account, *days); });
  auto* turning = command->add_subcommand(
      "turn-key", "Seal an account's data under a new key and destroy the old one");
  turning->add_option("account", *account, "Account SID")->required();
  turning->callback([account, &context] { turn_key(context, *account); });
  auto sure = std::make_shared<bool>(false);
  auto* erasing = command->add_subcommand(
      "erase", "Erase an account for ever: hide it, destroy its keys, delete its rows");
  erasing->add_option("account", *account, "Account SID")->required();
  erasing->add_flag("--yes", *sure, "Yes, for ever");
  erasing->callback([account, sure, &context] { erase(context, *account, *sure); });
  command->add_subcommand("list", "List the accounts")->callback([&context] { list(context); });
}

}  // namespace cloudvno::app
