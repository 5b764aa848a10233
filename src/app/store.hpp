// Opening the store and the vault: shared by the server and the commands that work on the store
// beside it.
#pragma once

#include <memory>

#include "app/settings.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::app {

// How long a PostgreSQL server may say nothing before the store counts as away.
enum class StoreUse {
  serving,    // under a second: customers wait for the answer
  command,    // a minute: an operator does
  migration,  // half an hour: it may build an index over millions of rows
};

// Opens the store as it stands, or an empty one, and makes data_dir (mode 0700) where it is
// missing.
Result<std::unique_ptr<storage::Database>> open_database(const Settings& settings,
                                                         net::Executor home, StoreUse use);
// The same, and brings the store to this program's schema.
Result<std::unique_ptr<storage::Database>> open_store(const Settings& settings, net::Executor home,
                                                      StoreUse use);

// Makes the root key at the first start. Refuses a missing key beside a store that holds accounts,
// because a new key could not open them.
Result<std::unique_ptr<vault::Vault>> open_vault(const Settings& settings,
                                                 storage::Database& database);

// Held for as long as the returned value lives: one server at a time works on a data folder.
Result<std::shared_ptr<void>> lock_data_folder(const Settings& settings);

// Errors of both, as one line for a terminal.
std::string describe(const Error& error);

}  // namespace cloudvno::app
