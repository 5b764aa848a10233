// Opening the store and the vault.
#include "app/store.hpp"

#include <fcntl.h>
#include <fmt/ranges.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "app/store_wait.hpp"
#include "base/clock.hpp"
#include "base/embedded.hpp"
#include "domain/accounts/account_store.hpp"
#include "domain/backup/restore.hpp"
#include "domain/privacy/root_key.hpp"
#include "platform/cluster/node.hpp"
#include "platform/storage/migrate.hpp"
#include "platform/storage/postgres/postgres.hpp"
#include "platform/storage/sqlite/sqlite.hpp"

namespace cloudvno::app {
namespace {

namespace fs = std::filesystem;

// How long a PostgreSQL server may say nothing.
constexpr std::chrono::seconds command_patience{60};
constexpr std::chrono::minutes migration_patience{30};

Result<> make_folder(const std::string& folder) {
  std::error_code error;
  if (fs::exists(folder, error)) return {};
  fs::create_directories(folder, error);
  if (!error) fs::permissions(folder, fs::perms::owner_all, error);
  if (error) {
    return fail(
        Errc::internal_error,
        fmt::format("cannot make the folder {}: {}. Make it, or set node.data_dir to one that "
                    "this user may write.",
                    folder, error.message()));
  }
  return {};
}

// Of a file that an older version could not work with any more.
Result<> refuse_while_served(storage::Database& database) {
  TRY_ASSIGN(const auto serving, cluster::serving_nodes(database, [] {
               std::this_thread::sleep_for(cluster::Node::lease);
             }));
  if (serving.empty()) return {};
  return fail(Errc::wrong_state,
              fmt::format("this version changes the store in a way that the version before cannot "
                          "work with, and it still serves: {}. Stop all of them, then start this "
                          "version",
                          fmt::join(serving, ", ")));
}

}  // namespace

std::string describe(const Error& error) {
  if (error.text.empty())
    return error.detail.empty() ? std::string(error_entry(error.code).name) : error.detail;
  return error.detail.empty() ? error.text : fmt::format("{} ({})", error.text, error.detail);
}

Result<std::unique_ptr<storage::Database>> open_database(const Settings& settings,
                                                         net::Executor home, StoreUse use) {
  TRY(make_folder(settings.data_dir));
  if (settings.store_is_embedded()) {
    storage::SqliteOptions options;
    options.path = settings.store_path();
    return storage::open_sqlite(options, std::move(home));
  }
  storage::PostgresOptions options;
  options.url = settings.store_database;
  if (use != StoreUse::serving) {
    options.answer_wait = use == StoreUse::command ? command_patience : migration_patience;
    options.batch.readers = 1;
  }
  return storage::open_postgres(options, std::move(home));
}

Result<std::unique_ptr<storage::Database>> open_store(const Settings& settings, net::Executor home,
                                                      StoreUse use) {
  TRY_ASSIGN(auto database, open_database(settings, home, StoreUse::migration));
  // The file's server knows its own schema only.
  if (settings.store_is_embedded() && use == StoreUse::command) {
    TRY_ASSIGN(const auto pending, storage::pending_migrations(*database, embedded::migrations()));
    if (pending > 0 && !lock_data_folder(settings)) {
      return fail(Errc::wrong_state,
                  "this program is newer than the cloudvno that serves from this store: restart "
                  "that first, then run the command again");
    }
  }
  TRY(storage::migrate(*database, embedded::migrations(),
                       [&database] { return refuse_while_served(*database); }));
  TRY(backup::refuse_half_restored(*database));
  if (settings.store_is_embedded()) return database;
  database.reset();
  return wait_for_store([&] { return open_database(settings, home, use); });
}

Result<std::shared_ptr<void>> lock_data_folder(const Settings& settings) {
  TRY(make_folder(settings.data_dir));
  const auto path = settings.data_dir + "/lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return fail(Errc::internal_error, fmt::format("cannot open {}", path));
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    ::close(file);
    return fail(Errc::internal_error,
                fmt::format("another cloudvno serves from {} already; two would send everything "
                            "twice. Stop it, or set node.data_dir to another folder.",
                            settings.data_dir));
  }
  return std::shared_ptr<void>(nullptr, [file](void*) { ::close(file); });
}

Result<std::unique_ptr<vault::Vault>> open_vault(const Settings& settings,
                                                 storage::Database& database) {
  TRY_ASSIGN(const bool is_new, database.read_now([](storage::Transaction& tx) -> Result<bool> {
    return accounts::list_accounts(tx).empty();
  }));
  std::error_code error;
  if (!is_new && !fs::exists(settings.root_key_path(), error)) {
    return fail(
        Errc::internal_error,
        fmt::format(
            "the root key {} is missing, and the store {} is sealed under it. Put the key file "
            "back from its copy; a new key cannot open this store.",
            settings.root_key_path(), settings.store_name()));
  }
  TRY_ASSIGN(auto vault, vault::Vault::open(settings.root_key_path(), is_new));
  TRY(privacy::settle_root_key(database, *vault, SystemClock().now()));
  return vault;
}

}  // namespace cloudvno::app
