// Requests for receipts as text.
#include "domain/smpp_access/receipt_request.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>

namespace cloudvno::smpp_access {
namespace {

std::string_view take_word(std::string_view& text, char end) {
  const auto at = text.find(end);
  const auto word = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return word;
}

}  // namespace

std::string ReceiptRequest::print() const {
  return fmt::format("{} {} {} {}", credential.view(), failures_only ? "failure" : "final",
                     id.view(), fmt::join(parts, ","));
}

std::optional<ReceiptRequest> ReceiptRequest::parse(std::string_view text) {
  ReceiptRequest request;
  const auto credential = SmppCredentialSid::parse(take_word(text, ' '));
  request.failures_only = take_word(text, ' ') == "failure";
  const auto id = MessageSid::parse(take_word(text, ' '));
  if (!credential || !id) return std::nullopt;
  request.credential = *credential;
  request.id = *id;
  while (!text.empty()) {
    const auto word = take_word(text, ',');
    int part = 0;
    const auto [end, fault] = std::from_chars(word.data(), word.data() + word.size(), part);
    if (fault != std::errc() || end != word.data() + word.size()) return std::nullopt;
    request.parts.push_back(part);
  }
  return request;
}

std::vector<std::string> ReceiptRequest::ids() const {
  if (parts.empty()) return {part_id(id, 0)};
  std::vector<std::string> all;
  for (const int part : parts) all.push_back(part_id(id, part));
  return all;
}

std::string part_id(const MessageSid& id, int part) {
  return part == 0 ? id.str() : fmt::format("{}-{}", id.view(), part);
}

std::optional<MessageSid> message_of(std::string_view id) {
  const auto sid = MessageSid::parse(take_word(id, '-'));
  int part = 0;
  const auto [end, fault] = std::from_chars(id.data(), id.data() + id.size(), part);
  const bool is_part = fault == std::errc() && end == id.data() + id.size();
  return id.empty() || is_part ? sid : std::nullopt;
}

}  // namespace cloudvno::smpp_access
