// cloudvno restore ARCHIVE, cloudvno move CONFIG
#include "domain/backup/restore.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "app/commands/store_access.hpp"
#include "base/clock.hpp"
#include "base/embedded.hpp"
#include "domain/accounts/key_store.hpp"
#include "domain/backup/keys_file.hpp"

namespace cloudvno::app {
namespace {

void print_rows(const backup::Contents& contents) {
  for (const auto& [table, rows] : contents.rows) {
    if (rows > 0) fmt::print("{:<24}{:>12}\n", table, rows);
  }
}

Result<backup::Contents> restore(const Settings& settings, const std::string& archive,
                                 std::string keys) {
  if (keys.empty()) {
    keys = (std::filesystem::path(archive).parent_path() / backup::keys_file_name).string();
  }
  TRY_ASSIGN(const auto lock, lock_data_folder(settings));
  net::Loop loop("restore");
  TRY_ASSIGN(const auto vault, vault::Vault::open(settings.root_key_path(), false));
  TRY_ASSIGN(const auto database, open_database(settings, loop.executor(), StoreUse::migration));
  return backup::restore_backup(*database, *vault, embedded::migrations(), archive, keys,
                                SystemClock().now());
}

Result<backup::Contents> move(const Settings& from, const Settings& to) {
  TRY_ASSIGN(const auto from_lock, lock_data_folder(from));
  net::Loop loop("move");
  TRY_ASSIGN(const auto source, open_store(from, loop.executor(), StoreUse::command));
  TRY_ASSIGN(const auto keys,
             source->read_now([](storage::Transaction& tx) -> Result<accounts::RootKeys> {
               return accounts::read_root_keys(tx);
             }));
  // The new store opens with the same root key: found out before anything is written.
  TRY_ASSIGN(const auto vault, vault::Vault::open(to.root_key_path(), false));
  if (keys.current) TRY(vault->use_root_key(*keys.current));
  TRY_ASSIGN(const auto target, open_database(to, loop.executor(), StoreUse::migration));
  return backup::move_store(*source, *target, embedded::migrations(), SystemClock().now());
}

}  // namespace

void add_restore(CLI::App& program, CommandContext& context) {
  auto archive = std::make_shared<std::string>();
  auto keys = std::make_shared<std::string>();
  auto* command = program.add_subcommand(
      "restore", "Fill an empty store from a backup; accounts erased since stay erased");
  command->add_option("archive", *archive, "The archive (cloudvno-….cvno)")->required();
  command->add_option("--keys", *keys, "The keys file; keys.cvno beside the archive if left out");
  command->callback([archive, keys, &context] {
    const auto settings = context.settings();
    if (!settings) return;
    const auto restored = restore(*settings, *archive, *keys);
    if (!restored) return context.complain(restored.error());
    print_rows(*restored);
    fmt::print("restored the store as it was at {}\n", to_iso8601(restored->made_at));
    fmt::print(
        stderr,
        "Messages that waited then may have gone out since; they go again, marked as "
        "possible duplicates. Where no time server sets this machine's clock, deleting waits "
        "for `cloudvno clock accept`.\n");
  });
}

void add_move(CLI::App& program, CommandContext& context) {
  auto target = std::make_shared<std::string>();
  auto* command = program.add_subcommand(
      "move", "Move a stopped platform's store into an empty one, of either engine");
  command->add_option("config", *target, "Configuration file of the new store")->required();
  command->callback([target, &context] {
    const auto from = context.settings();
    if (!from) return;
    CommandContext other;
    other.config_file = *target;
    const auto to = other.settings();
    if (!to) {
      context.exit_code = other.exit_code;
      return;
    }
    const auto moved = move(*from, *to);
    if (!moved) return context.complain(moved.error());
    print_rows(*moved);
    fmt::print("moved; start it with: cloudvno -c {} serve\n", *target);
  });
}

}  // namespace cloudvno::app
