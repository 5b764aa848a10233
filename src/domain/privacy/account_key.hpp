// Turning an account's data key: a new version seals from now on, what the old ones sealed is
// sealed anew in the background, then they are retired: they only open what a restored backup
// brings back, and are destroyed when no backup can be older.
//
// Blind indexes stay: their key is kept apart when the account first turns its data key.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/privacy/rows.hpp"

namespace cloudvno::privacy {

// In a body. Errc::not_found; Errc::wrong_state while a turn is under way, or when the account
// turned its key 254 times in `retired_kept`.
Result<> begin_key_turn(storage::Transaction& tx, const vault::Vault& vault, const AccountSid& sid,
                        Time now);

struct KeyTurn {
  AccountSid account;
  Time begun_at;  // when the newest version was made
};
// Accounts with more than one version that is not retired.
std::vector<KeyTurn> list_key_turns(storage::Transaction& tx);
// Retires all versions but the newest, once nothing is sealed by them.
void end_key_turn(storage::Transaction& tx, const AccountSid& sid, Time now);
inline constexpr std::chrono::days retired_kept{90};
void destroy_retired_keys(storage::Transaction& tx, Time now);

// A value that an older version sealed, and the same sealed by the newest.
struct Resealed {
  Cells key;
  std::string column;
  Bytes before;
  Bytes after;
};
// Of the next `most` rows of the account. A value that does not open is an error: its version must
// not be destroyed.
Result<std::vector<Resealed>> reseal_rows(storage::Transaction& tx, const storage::Table& table,
                                          const accounts::Account& account, Walk& walk,
                                          std::int64_t most);
// Writes them; a row that changed meanwhile was sealed by the newest version anyway.
void write_resealed(storage::Transaction& tx, const storage::Table& table,
                    const std::vector<Resealed>& values);

// Whether the table has sealed columns of accounts.
bool has_sealed(const storage::Table& table);

}  // namespace cloudvno::privacy
