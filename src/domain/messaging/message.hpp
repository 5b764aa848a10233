// An SMS or MMS as the API shows it, and the states it goes through.
//
//   scheduled → queued → sent → delivered | undelivered      scheduled | queued → failed
//   scheduled → canceled                                     received (inbound)
//
// A state never goes back, in whatever order a carrier's receipts come: `delivered` may follow
// `queued` directly.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/model/money.hpp"
#include "base/model/phone_number.hpp"
#include "base/model/sid.hpp"
#include "base/time.hpp"
#include "protocol/sms/split.hpp"

namespace cloudvno::messaging {

enum class MessageStatus {
  queued,
  sent,
  delivered,
  undelivered,
  failed,
  received,
  scheduled,
  canceled
};
enum class Direction { outbound_api, outbound_reply, inbound };

std::string_view status_name(MessageStatus status);
std::optional<MessageStatus> parse_status(std::string_view name);
std::string_view direction_name(Direction direction);  // "outbound-api"
bool may_move(MessageStatus from, MessageStatus to);
bool is_final(MessageStatus status);

inline constexpr std::chrono::seconds default_validity{36'000};
inline constexpr std::chrono::days furthest_send_at{35};  // ahead

struct Message {
  MessageSid sid;
  AccountSid account;
  bool live = false;
  Direction direction = Direction::outbound_api;
  MessageStatus status = MessageStatus::queued;
  PhoneNumber from;
  PhoneNumber to;
  std::string obfuscated_to;  // in place of `to`, which nobody knows any more
  std::string body;
  std::string status_callback;  // URL; may be empty
  sms::Encoding encoding = sms::Encoding::gsm7;
  int num_segments = 1;
  std::string carrier;      // the sender's own; once it went out, the one that took it
  std::string route;        // why that one, for people; empty while it waits
  std::string sender_pool;  // SID of the pool that chose the sender; empty where none did
  int num_media = 0;        // 0 of an MMS: forgotten
  std::vector<std::string> tags;
  std::optional<Time> send_at;
  std::chrono::seconds validity = default_validity;  // from send_at, or from its making
  bool discard_content = false;      // the text goes as soon as the message is final
  bool hidden = false;               // of another room: the API neither lists nor tells of it
  bool obfuscate_addresses = false;  // and so does the recipient's number
  std::optional<Money> price;        // of a live message, once a carrier took it
  std::optional<int> error_code;
  bool possible_duplicate =
      false;                  // went out again after a crash or a lost link left its fate unknown
  std::string smpp_receipt;   // smpp_access::ReceiptRequest; empty: nobody asked
  std::int64_t sequence = 0;  // of its last state change
  Time created_at;
  std::optional<Time> sent_at;
  Time updated_at;

  bool is_mms() const { return sid.is_other(); }  // also when its media are forgotten
  // It never goes out after this.
  Time expires_at() const { return send_at.value_or(created_at) + validity; }
  const std::string& shown_to() const { return obfuscated_to.empty() ? to.e164() : obfuscated_to; }
};

// Where the API has the bytes: "/v1/messages/MM…/media/0".
std::string media_path(const MessageSid& message, int number);
// "+1201555XXXX": the last four digits go.
std::string obfuscate(const PhoneNumber& number);
// The message as events and callbacks tell of it, which outlive it: without what it asked not to
// keep, from the first on.
Message without_what_goes(const Message& message);

}  // namespace cloudvno::messaging
