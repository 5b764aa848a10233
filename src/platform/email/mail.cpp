// Printing mails.
#include "platform/email/mail.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"

namespace cloudvno::email {
namespace {

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text,
                             [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; });
}

// As it may stand in a header: plain, or in encoded-words of at most 75 characters (RFC 2047
// section 2), none of which splits a character.
std::string header_text(std::string_view text) {
  if (is_plain(text) && text.size() <= 200) return std::string(text);
  constexpr std::size_t most_bytes = 42;  // 56 characters in base64
  std::string out;
  while (!text.empty()) {
    auto length = std::min(most_bytes, text.size());
    while (length < text.size() && length > 1 && (text[length] & 0xC0) == 0x80) --length;
    if (!out.empty()) out += "\r\n ";
    fmt::format_to(std::back_inserter(out),
                   "=?UTF-8?B?{}?=", to_base64(as_bytes(text.substr(0, length))));
    text.remove_prefix(length);
  }
  return out;
}

std::string base64_lines(std::string_view text) {
  constexpr std::size_t line = 76;
  const auto encoded = to_base64(as_bytes(text));
  std::string out;
  for (std::size_t at = 0; at < encoded.size(); at += line) {
    out += encoded.substr(at, line);
    out += "\r\n";
  }
  return out;
}

}  // namespace

std::optional<Sender> parse_sender(std::string_view text) {
  Sender sender;
  const auto open = text.find('<');
  if (open == std::string_view::npos) {
    sender.address = text;
  } else {
    if (!text.ends_with('>')) return std::nullopt;
    auto name = text.substr(0, open);
    while (name.ends_with(' ')) name.remove_suffix(1);
    sender.name = name;
    sender.address = text.substr(open + 1, text.size() - open - 2);
  }
  const auto at = sender.address.find('@');
  const bool fits = at != std::string::npos && at > 0 && at + 1 < sender.address.size() &&
                    sender.address.find_first_of(" <>\r\n\t\",;") == std::string::npos &&
                    sender.name.find_first_of("\r\n") == std::string::npos;
  return fits ? std::optional(std::move(sender)) : std::nullopt;
}

std::string print_mail(const Sender& sender, const Mail& mail, std::string_view id, Time now) {
  const auto from = sender.name.empty()
                        ? sender.address
                        : fmt::format("{} <{}>",
                                      is_plain(sender.name) ? fmt::format("\"{}\"", sender.name)
                                                            : header_text(sender.name),
                                      sender.address);
  const auto domain = sender.address.substr(sender.address.find('@') + 1);
  // Auto-Submitted keeps holiday replies away (RFC 3834 section 5).
  return fmt::format(
      "Date: {}\r\nFrom: {}\r\nTo: {}\r\nSubject: {}\r\nMessage-ID: <{}@{}>\r\n"
      "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
      "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
      to_rfc2822(now), from, mail.to, header_text(mail.subject), id, domain,
      base64_lines(mail.text));
}

}  // namespace cloudvno::email
