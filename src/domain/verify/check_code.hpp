// Checking a code that somebody gave back. In a body.
#pragma once

#include <vector>

#include "domain/verify/parts.hpp"

namespace cloudvno::verify {

struct CheckOrder {
  AccountSid account;
  bool live = false;
  bool limited = true;
  std::string to;
  std::string code;  // of read_code()
  std::string client_address;
  Time visible_from;  // older verifications are gone for the customer
};

struct Checked {
  Verification verification;
  bool valid = false;
  std::vector<webhooks::Delivery> told;
};

// Looks at the code at most max_attempts times, however many ask at once: the verification's row is
// locked until the count is on the disk. Of one that has expired, run out of attempts or been
// canceled the answer is its state. Errc::verification_not_found, verification_already_approved,
// verification_check_limit_reached.
Result<Checked> check_code(storage::Transaction& tx, const Parts& parts, const vault::Keys& keys,
                           const CheckOrder& order, Time now);

}  // namespace cloudvno::verify
