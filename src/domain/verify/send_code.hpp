// Sending a code: the verification, its limits and its risk, and its place in the channel's queue,
// in one transaction.
#pragma once

#include <optional>
#include <vector>

#include "domain/verify/parts.hpp"

namespace cloudvno::verify {

struct SendOrder {
  AccountSid account;
  bool live = false;
  bool limited = true;  // false: the operator lifted the account's limits
  std::string to;
  Channel channel = Channel::sms;
  Request request;
  std::string trunk;  // that a call takes
};

struct Sent {
  Verification verification;
  bool again = false;  // the code of one that waits already
  std::optional<messaging::Accepted> message;
  std::optional<voice::Call> call;
  bool waits_for_carrier = false;
  std::vector<webhooks::Delivery> told;
};

// In a body. Errc::verification_limit_reached, no_verification_sender, verification_blocked, and
// those of messages and calls. `refused` is set where the guard did not let a new verification go:
// nothing of it is kept then, and keep_refused() follows in a body of its own. So what fails
// otherwise was never judged, which would count it.
Result<Sent> send_code(storage::Transaction& tx, const Parts& parts, const vault::Keys& keys,
                       const SendOrder& order, Time now, std::optional<fraud::Risk>& refused);
// The record of it.
Result<Sent> keep_refused(storage::Transaction& tx, const Parts& parts, const vault::Keys& keys,
                          const SendOrder& order, const fraud::Risk& risk, Time now);

}  // namespace cloudvno::verify
