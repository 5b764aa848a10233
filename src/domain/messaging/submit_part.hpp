// Taking a message that a customer submits over its own SMPP link, whole or part by part. In a
// body.
//
// Parts are joined before the message is accepted: so it is one record with one price, and its
// carrier's connector splits it as that carrier wants. Each part is acknowledged when it is in the
// store. They wait `submitted_parts_join_within` for the next one; then the message goes with "…"
// where parts are missing.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/messaging/accept_message.hpp"
#include "domain/webhooks/outbox.hpp"
#include "protocol/sms/udh.hpp"

namespace cloudvno::messaging {

inline constexpr std::chrono::minutes submitted_parts_join_within{5};

enum class ReceiptWish : std::uint8_t { none, final, failure };

struct SubmittedPart {
  SmppCredentialSid credential;
  AccountSid account;
  bool live = false;
  PhoneNumber from;
  PhoneNumber to;
  std::uint8_t data_coding = 0;
  Bytes octets;  // without a header
  std::optional<sms::Concatenation> concatenation;
  ReceiptWish receipt = ReceiptWish::none;
  std::optional<Time> send_at;
  std::chrono::seconds validity = default_validity;
  MessageSid receipt_id;  // what receipts name, where that is another message's; else nil
};

struct PartTaken {
  std::string message_id;
  std::optional<Accepted> accepted;  // where the message is whole
  // The message was refused with its last part; its others were acknowledged before, and those
  // that asked for a receipt get one.
  std::optional<Error> refused;
};

// The errors of accept_message, and invalid_parameter for a text that is none.
Result<PartTaken> submit_part(storage::Transaction& tx, const vault::Vault& vault,
                              const accounts::Account& account, const Outbound& outbound,
                              const SubmittedPart& part, Time now);

// Sends, with gaps, the oldest message whose missing parts are not waited for any longer. `any`
// says whether there was one; `accepted` is empty where it is refused.
struct OverdueSubmit {
  bool any = false;
  std::optional<Accepted> accepted;
};
Result<OverdueSubmit> end_overdue_submit(storage::Transaction& tx, const vault::Vault& vault,
                                         accounts::Accounts& accounts, const Outbound& outbound,
                                         Time now);

}  // namespace cloudvno::messaging
