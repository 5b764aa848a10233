// cloudvno root-key turn | prepare
#include <fmt/format.h>

#include "app/commands/store_access.hpp"
#include "app/root_key_turn.hpp"
#include "domain/privacy/root_key.hpp"

namespace cloudvno::app {
namespace {

void prepare(CommandContext& context) {
  const auto store = StoreAccess::open(context);
  if (!store) return;
  const auto prepared = privacy::prepare_root_key(store->database(), store->vault());
  if (!prepared) return context.complain(prepared.error());
  fmt::print(
      "the next root key stands in {}; copy the file to every machine that shares the store, then "
      "run: cloudvno root-key turn\n",
      store->settings().root_key_path());
}

void turn(CommandContext& context) {
  const auto store = StoreAccess::open(context);
  if (!store) return;
  const auto turned = turn_root_key(*store);
  if (!turned) return context.complain(turned.error());
  fmt::print(
      "turned: {} holds the new key alone. Copies of the file from before open nothing of this "
      "store any more; make a new copy.\n",
      store->settings().root_key_path());
}

}  // namespace

Result<> turn_root_key(StoreAccess& store) {
  TRY_ASSIGN(const bool keys_file_replaced,
             turn_root_key(store.settings(), store.database(), store.vault(), store.now()));
  if (!keys_file_replaced) {
    fmt::print(stderr,
               "backups need a new keys file now: run cloudvno backup (with the setting "
               "backup.folder this happens by itself)\n");
  }
  return {};
}

void add_root_key(CLI::App& program, CommandContext& context) {
  auto* command = program.add_subcommand("root-key", "The key that wraps all others");
  command->require_subcommand(1);
  command
      ->add_subcommand("turn",
                       "Wrap all keys under a new root key and destroy the old one, while serving")
      ->callback([&context] { turn(context); });
  command
      ->add_subcommand("prepare",
                       "Put the next root key into the file, to be copied to other machines first")
      ->callback([&context] { prepare(context); });
}

}  // namespace cloudvno::app
