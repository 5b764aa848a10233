// cloudvno hold add | list | release
#include <fmt/format.h>

#include "app/commands/store_access.hpp"
#include "base/log.hpp"
#include "domain/accounts/account_store.hpp"
#include "domain/privacy/legal_hold.hpp"

namespace cloudvno::app {
namespace {

struct HoldOptions {
  std::string account;
  std::string resource;
  std::string reason;
  std::string hold;
};

void add(CommandContext& context, const HoldOptions& options) {
  const auto account = read_account(context, options.account);
  if (!account) return;
  const auto store = StoreAccess::open(context);
  if (!store) return;
  privacy::LegalHold hold{
      HoldSid::make(store->now()), *account, options.resource, options.reason, store->now(), {}};
  const auto added = store->database().transact_now([&](storage::Transaction& tx) -> Result<bool> {
    TRY_ASSIGN(const auto found, accounts::find_account(tx, store->vault(), *account));
    TRY(privacy::insert_hold(tx, *found.keys, hold));
    return true;
  });
  if (!added) return context.complain(added.error());
  log::info("hold.added", {{"hold", hold.sid.view()}, {"account", account->view()}});
  fmt::print("hold  {}\n", hold.sid.view());
}

void list(CommandContext& context, const HoldOptions& options) {
  const auto account = read_account(context, options.account);
  if (!account) return;
  const auto store = StoreAccess::open(context);
  if (!store) return;
  const auto holds = store->database().read_now(
      [&](storage::Transaction& tx) -> Result<std::vector<privacy::LegalHold>> {
        TRY_ASSIGN(const auto found, accounts::find_account(tx, store->vault(), *account));
        return privacy::list_holds(tx, *found.keys, *account);
      });
  if (!holds) return context.complain(holds.error());
  for (const auto& hold : *holds) {
    fmt::print("{}  {}  {}  {}  {}\n", hold.sid.view(), to_iso8601(hold.created_at),
               hold.released_at ? "released " + to_iso8601(*hold.released_at) : "held",
               hold.resource_sid.empty() ? "the whole account" : hold.resource_sid, hold.reason);
  }
}

void release(CommandContext& context, const HoldOptions& options) {
  const auto sid = HoldSid::parse(options.hold);
  if (!sid)
    return context.complain({Errc::invalid_parameter, "give the SID of a hold (LH…)", {}, {}, 0});
  const auto store = StoreAccess::open(context);
  if (!store) return;
  const auto released =
      store->database().transact_now([&](storage::Transaction& tx) -> Result<bool> {
        return privacy::release_hold(tx, *sid, store->now());
      });
  if (!released) return context.complain(released.error());
  if (!*released)
    return context.complain({Errc::not_found, "there is no such hold in force", {}, {}, 0});
  log::info("hold.released", {{"hold", sid->view()}});
  fmt::print("released; what is past its time is deleted within minutes\n");
}

}  // namespace

void add_hold(CLI::App& program, CommandContext& context) {
  auto* command =
      program.add_subcommand("hold", "Legal hold: keep rows of an account past their time");
  command->require_subcommand(1);
  auto options = std::make_shared<HoldOptions>();
  auto* adding = command->add_subcommand("add", "Hold an account, or one resource of it");
  adding->add_option("--account", options->account, "Account SID")->required();
  adding->add_option("--resource", options->resource,
                     "SID of one resource, for example a message; all if left out");
  adding->add_option("--reason", options->reason, "Whose order, which case; kept sealed")
      ->required();
  adding->callback([options, &context] { add(context, *options); });
  auto* listing = command->add_subcommand("list", "List an account's holds");
  listing->add_option("--account", options->account, "Account SID")->required();
  listing->callback([options, &context] { list(context, *options); });
  auto* releasing = command->add_subcommand("release", "Release a hold");
  releasing->add_option("hold", options->hold, "Hold SID (LH…)")->required();
  releasing->callback([options, &context] { release(context, *options); });
}

}  // namespace cloudvno::app
