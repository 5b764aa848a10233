// What a customer's own SMPP link asks of messages that were submitted before: how one fares, that
// it not go, that another text go in its place. In a body.
//
// As with the HTTP API, only a scheduled message can still be taken back or changed.
#pragma once

#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "domain/messaging/submit_part.hpp"
#include "domain/webhooks/outbox.hpp"

namespace cloudvno::messaging {

// Which message is meant, by whom. The sender must be the message's own (SMPP 3.4 section 4.8.1).
struct SubmittedRef {
  SmppCredentialSid credential;
  AccountSid account;
  bool live = false;
  MessageSid sid;
  PhoneNumber from;
};

// Errc::not_found. A message whose parts have not all come is `queued`.
Result<Message> find_submitted(storage::Transaction& tx, const vault::Keys& keys,
                               const SubmittedRef& which);

// Errc::not_found, wrong_state.
Result<> cancel_submitted(storage::Transaction& tx, const webhooks::Outbox& outbox,
                          const vault::Keys& keys, const SubmittedRef& which, Time now,
                          std::vector<webhooks::Delivery>& told);

// All that are scheduled from the sender to this number, at most `most_canceled_at_once`, the
// oldest first. Errc::not_found where there is none.
inline constexpr std::int64_t most_canceled_at_once = 1'000;
Result<> cancel_submitted_to(storage::Transaction& tx, const webhooks::Outbox& outbox,
                             const vault::Keys& keys, const SubmittedRef& from,
                             const PhoneNumber& to, Time now,
                             std::vector<webhooks::Delivery>& told);

struct Replacement {
  SubmittedRef which;
  Bytes octets;  // in the alphabet that the message has: replace_sm names none
  ReceiptWish receipt = ReceiptWish::none;
  std::optional<Time> send_at;  // none: as it was
  std::optional<std::chrono::seconds> validity;
};

// Errc::not_found, wrong_state, message_too_long, missing_parameter, invalid_parameter.
Result<> replace_submitted(storage::Transaction& tx, const vault::Keys& keys,
                           const Replacement& replacement, Time now);

}  // namespace cloudvno::messaging
