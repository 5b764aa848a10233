// cloudvno root-key turn | prepare
#include <fmt/format.h>

#include "app/commands/store_access.hpp"
#include "base/embedded.hpp"
#include "domain/backup/keys_file.hpp"
#include "domain/privacy/erase_account.hpp"
#include "domain/privacy/root_key.hpp"
#include "platform/cluster/node.hpp"

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
  TRY_ASSIGN(const auto nodes,
             store.database().read_now(
                 [](storage::Transaction& tx) -> Result<std::vector<cluster::NodeRow>> {
                   return cluster::list_nodes(tx);
                 }));
  // Processes on this machine share its file; others can only know a key that was copied to them.
  const auto elsewhere = std::ranges::count_if(nodes, [&](const cluster::NodeRow& node) {
    return node.beat >= 0 && node.machine != cluster::machine_name();
  });
  if (elsewhere > 0 && store.vault().root_keys().size() < 2) {
    return fail(Errc::wrong_state,
                "processes on other machines share this store: run `cloudvno root-key prepare`, "
                "copy the root key file to them, then turn it");
  }
  const auto now = store.now();
  TRY(privacy::turn_root_key(store.database(), store.vault(), now));
  TRY(store.database().transact_now([&](storage::Transaction& tx) -> Result<> {
    privacy::note_root_key_dropped(tx, now, store.now());
    return {};
  }));
  const auto& folder = store.settings().backup_folder;
  if (folder.empty()) {
    fmt::print(stderr,
               "backups need a new keys file now: run cloudvno backup (with the setting "
               "backup.folder this happens by itself)\n");
    return {};
  }
  TRY_ASSIGN(const auto tables, storage::read_catalogue(embedded::migrations()));
  return backup::write_keys_file(store.database(), store.vault(), tables,
                                 fmt::format("{}/{}", folder, backup::keys_file_name));
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
