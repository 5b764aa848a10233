// A prefix that nothing is sent to for a time, and a judgement as it is kept for review.
#pragma once

#include <optional>
#include <string>

#include "base/model/phone_number.hpp"
#include "base/model/sid.hpp"
#include "base/time.hpp"

namespace cloudvno::fraud {

struct Block {
  FraudBlockSid sid;
  AccountSid account;
  bool live = false;
  std::string prefix;  // digits of E.164, without "+"
  std::string reason;  // "neighbouring_numbers"; "manual"
  Time created_at;
  Time ends_at;
  std::optional<Time> lifted_at;

  bool stands(Time now) const { return !lifted_at && now < ends_at; }
};

struct Judgement {
  FraudJudgementSid sid;
  AccountSid account;
  bool live = false;
  PhoneNumber to;
  std::string channel;
  int score = 0;
  std::string reasons;  // "neighbouring_numbers 75, prefix_velocity 25"
  bool blocked = false;
};

}  // namespace cloudvno::fraud
