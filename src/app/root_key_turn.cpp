// Turning, with what belongs to it.
#include "app/root_key_turn.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/store.hpp"
#include "base/embedded.hpp"
#include "base/log.hpp"
#include "domain/backup/keys_file.hpp"
#include "domain/privacy/erase_account.hpp"
#include "domain/privacy/root_key.hpp"
#include "platform/cluster/node.hpp"

namespace cloudvno::app {

Result<bool> turn_root_key(const Settings& settings, storage::Database& database,
                           vault::Vault& vault, Time now) {
  TRY_ASSIGN(
      const auto nodes,
      database.read_now([](storage::Transaction& tx) -> Result<std::vector<cluster::NodeRow>> {
        return cluster::list_nodes(tx);
      }));
  // Processes on this machine share its file; others can only know a key that was copied to them.
  const auto elsewhere = std::ranges::count_if(nodes, [&](const cluster::NodeRow& node) {
    return node.beat >= 0 && node.machine != cluster::machine_name();
  });
  if (elsewhere > 0 && vault.root_keys().size() < 2) {
    return fail(Errc::wrong_state,
                "processes on other machines share this store: run `cloudvno root-key prepare`, "
                "copy the root key file to them, then turn it");
  }
  TRY(privacy::turn_root_key(database, vault, now));
  TRY(database.transact_now([&](storage::Transaction& tx) -> Result<> {
    privacy::note_root_key_dropped(tx, now, now);
    return {};
  }));
  const auto& folder = settings.backup_folder;
  if (folder.empty()) return false;
  TRY_ASSIGN(const auto tables, storage::read_catalogue(embedded::migrations()));
  TRY(backup::write_keys_file(database, vault, tables,
                              fmt::format("{}/{}", folder, backup::keys_file_name)));
  return true;
}

void finish_erasures(const Settings& settings, storage::Database& database, vault::Vault& vault,
                     Time now) {
  const auto pending = database.read_now([](storage::Transaction& tx) -> Result<bool> {
    return std::ranges::any_of(privacy::list_erasures(tx),
                               [](const auto& erasure) { return !erasure.root_key_dropped; });
  });
  if (pending && !*pending) return;
  Result<bool> turned = false;
  if (pending) turned = turn_root_key(settings, database, vault, now);
  if (pending && turned) {
    log::info("privacy.erasure_finished", {{"keys_file_replaced", *turned ? "yes" : "no"}});
  } else {
    log::warn("privacy.erasure_not_finished",
              {{"detail", describe(pending ? turned.error() : pending.error())}});
  }
}

}  // namespace cloudvno::app
