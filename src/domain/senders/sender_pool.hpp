// Several numbers behind one name.
#pragma once

#include <string>
#include <vector>

#include "base/model/sid.hpp"
#include "base/time.hpp"
#include "domain/numbers/number.hpp"

namespace cloudvno::senders {

inline constexpr std::size_t most_members = 400;
inline constexpr std::int64_t most_pools = 100;  // of an account in each mode

struct SenderPool {
  SenderPoolSid sid;
  AccountSid account;
  bool live = false;
  std::string name;
  bool sticky = true;         // a recipient hears from the same number again
  bool country_match = true;  // and rather from one of its own country
  Time created_at;
  Time updated_at;
};

}  // namespace cloudvno::senders
