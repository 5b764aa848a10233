// Taking a message from the account: checks, the row, the place in the queue. Runs in a body.
#pragma once

#include "domain/accounts/account.hpp"
#include "domain/messaging/carriers.hpp"
#include "domain/messaging/message.hpp"
#include "domain/messaging/queue_store.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::messaging {

struct Draft {
  AccountSid account;
  bool live = false;
  Direction direction = Direction::outbound_api;
  PhoneNumber from;
  PhoneNumber to;
  std::string body;
  std::vector<std::string> media;  // URLs, at most 10: then it is an MMS
  std::string status_callback;
  Priority priority = Priority::normal;
  bool paced = true;  // held to its sender's pace
  std::optional<Time> send_at;
  std::chrono::seconds validity = default_validity;
  bool discard_content = false;
  bool obfuscate_addresses = false;
  bool hidden = false;  // Message::hidden
  std::vector<std::string> tags;
  std::optional<SenderPoolSid> pool;  // in place of `from`
  bool past_opt_out = false;          // the answer to an opt-out itself
  MessageSid sid;                     // where the customer knows it already; else it is made
  std::string smpp_receipt;           // smpp_access::ReceiptRequest
};

struct Accepted {
  Message message;
  Queueing queueing;
  bool waits_for_media = false;
};

// Errc::message_too_long, from_number_not_owned, number_not_sms_capable,
// number_not_mms_capable, no_sender, unsubscribed,
// no_carrier.
Result<Accepted> accept_message(storage::Transaction& tx, const vault::Vault& vault,
                                const vault::Keys& keys, const Outbound& outbound,
                                const Draft& draft, Time now);

}  // namespace cloudvno::messaging
