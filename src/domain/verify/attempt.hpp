// A verification as the guard sees it.
#pragma once

#include "domain/verify/verification.hpp"

namespace cloudvno::verify {

// Of a verification of a number. Views into it.
inline fraud::Attempt attempt_of(const Verification& verification) {
  fraud::Attempt attempt;
  attempt.account = verification.account;
  attempt.live = verification.live;
  attempt.to = PhoneNumber::parse(verification.to).value_or(PhoneNumber());
  attempt.channel = channel_name(verification.channel);
  attempt.client_address = verification.request.client_address;
  return attempt;
}

}  // namespace cloudvno::verify
