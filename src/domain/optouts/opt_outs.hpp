// Opting out and in. In bodies.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "domain/numbers/number.hpp"
#include "domain/optouts/keyword.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::optouts {

using Senders = std::span<const numbers::Number>;

// Whether the recipient has opted out of this sender; of any of them, where they are a pool's.
bool is_opted_out(storage::Transaction& tx, const vault::Vault& vault, const PhoneNumber& sender,
                  const PhoneNumber& recipient);
bool is_opted_out(storage::Transaction& tx, const vault::Vault& vault, Senders senders,
                  const PhoneNumber& recipient);
// Since which day, at its begin in UTC.
std::optional<Time> opted_out_since(storage::Transaction& tx, const vault::Vault& vault,
                                    Senders senders, const PhoneNumber& recipient);

// Of all the senders; true where it changed something for any. Of two processes that do the same
// at one time, one is told true.
bool opt_out(storage::Transaction& tx, const vault::Vault& vault, Senders senders,
             const PhoneNumber& recipient, Time now);
bool opt_in(storage::Transaction& tx, const vault::Vault& vault, Senders senders,
            const PhoneNumber& recipient);

// What an inbound message was for us.
struct Taken {
  std::optional<Keyword> keyword;  // that was acted upon, or answered
  std::string reply;               // to be sent, past the block that it confirms; empty: none
};

// Reads the text, and does what it asks for: for the number that it came to, and the members of all
// pools that hold the number. A second STOP is not answered; START and YES of a recipient that had
// not opted out are no keywords, but words of the recipient's to the application.
Result<Taken> take_keyword(storage::Transaction& tx, const vault::Vault& vault,
                           const vault::Keys& keys, const numbers::Number& to,
                           const PhoneNumber& from, std::string_view text, Time now);

}  // namespace cloudvno::optouts
