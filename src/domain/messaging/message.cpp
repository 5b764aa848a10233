// Names and moves of a message's states.
#include "domain/messaging/message.hpp"

#include <fmt/format.h>

#include <array>

namespace cloudvno::messaging {
namespace {

constexpr std::array<std::string_view, 8> status_names{
    "queued", "sent", "delivered", "undelivered", "failed", "received", "scheduled", "canceled"};

}  // namespace

std::string_view status_name(MessageStatus status) {
  return status_names[static_cast<std::size_t>(status)];
}

std::optional<MessageStatus> parse_status(std::string_view name) {
  for (std::size_t i = 0; i < status_names.size(); ++i) {
    if (status_names[i] == name) return static_cast<MessageStatus>(i);
  }
  return std::nullopt;
}

std::string_view direction_name(Direction direction) {
  switch (direction) {
    case Direction::outbound_api:
      return "outbound-api";
    case Direction::outbound_reply:
      return "outbound-reply";
    case Direction::inbound:
      return "inbound";
  }
  return "inbound";
}

bool may_move(MessageStatus from, MessageStatus to) {
  using enum MessageStatus;
  switch (from) {
    case scheduled:
      return to == queued || to == canceled || to == failed;
    case queued:
      return to == sent || to == delivered || to == undelivered || to == failed;
    case sent:
      return to == delivered || to == undelivered;
    case delivered:
    case undelivered:
    case failed:
    case received:
    case canceled:
      return false;
  }
  return false;
}

bool is_final(MessageStatus status) {
  using enum MessageStatus;
  return status != scheduled && status != queued && status != sent;
}

std::string media_path(const MessageSid& message, int number) {
  return fmt::format("/v1/messages/{}/media/{}", message.view(), number);
}

std::string obfuscate(const PhoneNumber& number) {
  constexpr std::size_t hidden = 4;
  auto text = number.e164();
  const auto from = text.size() > hidden ? text.size() - hidden : 0;
  std::fill(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), 'X');
  return text;
}

Message without_what_goes(const Message& message) {
  auto left = message;
  if (message.discard_content) {
    left.body.clear();
    left.num_media = 0;
  }
  if (message.obfuscate_addresses && left.obfuscated_to.empty()) {
    left.obfuscated_to = obfuscate(message.to);
  }
  return left;
}

}  // namespace cloudvno::messaging
