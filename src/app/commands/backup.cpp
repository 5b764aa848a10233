// cloudvno backup [FOLDER] | backup --verify FILE
#include "domain/backup/backup.hpp"

#include <fmt/format.h>

#include "app/commands/store_access.hpp"
#include "base/embedded.hpp"

namespace cloudvno::app {
namespace {

struct BackupOptions {
  std::string folder;
  std::string verified;
};

std::uint64_t count_rows(const backup::Contents& contents) {
  std::uint64_t rows = 0;
  for (const auto& [table, count] : contents.rows) rows += count;
  return rows;
}

void make(CommandContext& context, StoreAccess& store, const std::string& folder) {
  const auto made = backup::make_backup(store.database(), store.vault(), embedded::migrations(),
                                        folder, store.now());
  if (!made) return context.complain(made.error());
  fmt::print("archive  {}\nkeys     {}\nrows     {} (read again, whole)\n", made->archive,
             made->keys, count_rows(made->contents));
  fmt::print(stderr,
             "To restore it you need both files and the root key file of this day ({}), which is "
             "in neither. Keep many archives, but only the newest keys file.\n",
             store.settings().root_key_path());
}

void verify(CommandContext& context, StoreAccess& store, const std::string& archive) {
  const auto read = backup::verify_backup(store.vault(), embedded::migrations(), archive);
  if (!read) return context.complain(read.error());
  fmt::print("whole: made {}, schema {}, {} rows\n", to_iso8601(read->made_at), read->schema,
             count_rows(*read));
}

}  // namespace

void add_backup(CLI::App& program, CommandContext& context) {
  auto options = std::make_shared<BackupOptions>();
  auto* command = program.add_subcommand(
      "backup", "Write the store into one encrypted file, while the platform serves");
  command->add_option("folder", options->folder, "Where to; the setting backup.folder if left out");
  command->add_option("--verify", options->verified,
                      "Read this archive from end to end instead of making one");
  command->callback([options, &context] {
    const auto store = StoreAccess::open(context);
    if (!store) return;
    if (!options->verified.empty()) return verify(context, *store, options->verified);
    const auto& folder =
        options->folder.empty() ? store->settings().backup_folder : options->folder;
    if (folder.empty()) {
      return context.complain(
          {Errc::missing_parameter, "give a folder, or set backup.folder", {}, {}, 0});
    }
    make(context, *store, folder);
  });
}

}  // namespace cloudvno::app
