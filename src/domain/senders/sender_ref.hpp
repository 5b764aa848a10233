// What a customer names as sender: a number, or a pool.
#pragma once

#include <optional>
#include <vector>

#include "domain/api/input.hpp"
#include "domain/numbers/number.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::senders {

struct SenderRef {
  PhoneNumber number;  // empty where it is a pool
  std::optional<SenderPoolSid> pool = {};
};

// A number, a short code or a pool's SID. Errc::missing_parameter, Errc::invalid_phone_number.
Result<SenderRef> read_sender(api::Input& in, std::string_view name);

// The numbers that a recipient takes for one sender with this one: of a pool its members, of a
// number itself and the members of all pools that hold it. Errc::from_number_not_owned where it is
// not the account's in this mode.
Result<std::vector<numbers::Number>> find_senders(storage::Transaction& tx,
                                                  const vault::Vault& vault,
                                                  const vault::Keys& keys,
                                                  const AccountSid& account, bool live,
                                                  const SenderRef& sender);

}  // namespace cloudvno::senders
