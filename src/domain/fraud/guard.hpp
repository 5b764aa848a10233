// What judges the sending of a verification code before anything leaves.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/model/phone_number.hpp"
#include "base/model/sid.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::fraud {

// One code that somebody asked for.
struct Attempt {
  AccountSid account;
  bool live = false;
  PhoneNumber to;
  std::string_view channel;         // "sms", "voice", …
  std::string_view client_address;  // of the person who asks, as the application gave it; or empty
};

struct Reason {
  std::string name;  // "neighbouring_numbers"
  int points = 0;    // of the score
};

struct Risk {
  int score = 0;  // 0 to 100
  std::vector<Reason> reasons;
  bool blocked = false;
};

// On the store's thread, within the transaction that keeps the verification.
class Guard {
 public:
  virtual ~Guard() = default;

  // Judges and counts one. Deterministic: what was counted before decides, with the clock.
  virtual Result<Risk> judge(storage::Transaction& tx, const Attempt& attempt, Time now) = 0;

  // The number as the network knows it: "+4402079460001" is nobody's but +442079460001's. Pure.
  virtual PhoneNumber one_form_of(const PhoneNumber& number) const = 0;

  // What stands against a code that was let out and is to go again: a block, or a country that is
  // not allowed. Counts nothing.
  virtual Result<Risk> standing(storage::Transaction& tx, const Attempt& attempt, Time now) = 0;

  // The code that was sent was given back: honest traffic.
  virtual Result<> converted(storage::Transaction& tx, const Attempt& attempt, Time now) = 0;
};

}  // namespace cloudvno::fraud
