// Legal hold: rows that outlive their time, of a whole account or of one resource. SQL of the table
// legal_hold.
//
// A held row stays in the store; for the customer it is gone at its time all the same.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/model/sid.hpp"
#include "platform/storage/catalogue.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::privacy {

struct LegalHold {
  HoldSid sid;
  AccountSid account;
  std::string resource_sid;  // empty: the whole account
  std::string reason;        // whose order, which case
  Time created_at;
  std::optional<Time> released_at;
};

// Errc::not_found of an account that was erased; one that is being erased meanwhile waits, or is
// waited for.
Result<> insert_hold(storage::Transaction& tx, const vault::Keys& keys, const LegalHold& hold);
// False if there is no such hold, or it was released before.
bool release_hold(storage::Transaction& tx, const HoldSid& sid, Time now);
Result<std::vector<LegalHold>> list_holds(storage::Transaction& tx, const vault::Keys& keys,
                                          const AccountSid& account);
bool has_hold(storage::Transaction& tx, std::string_view account);
// Alone, or with its account.
bool is_held(storage::Transaction& tx, std::string_view account, std::string_view resource);

// A condition of SQL that is true for rows of the table that no hold keeps.
std::string not_held(const storage::Table& table);

}  // namespace cloudvno::privacy
