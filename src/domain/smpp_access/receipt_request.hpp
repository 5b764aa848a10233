// Whom the receipt of a message goes to, and under which ids: kept with the message as
// "SC… final SM… 1,2,3".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/model/sid.hpp"

namespace cloudvno::smpp_access {

struct ReceiptRequest {
  SmppCredentialSid credential;
  bool failures_only = false;
  MessageSid id;
  std::vector<int> parts;  // that asked; none: the message came as one

  std::string print() const;
  static std::optional<ReceiptRequest> parse(std::string_view text);
  // What submit_sm_resp answered to what asked.
  std::vector<std::string> ids() const;
};

// The message_id of a part of a message; the message's own where it came as one (part 0).
std::string part_id(const MessageSid& id, int part);
// And back: the message that such an id is of.
std::optional<MessageSid> message_of(std::string_view id);

}  // namespace cloudvno::smpp_access
