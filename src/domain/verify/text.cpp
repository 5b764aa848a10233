// Checking and filling in texts.
#include "domain/verify/text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.hpp"
#include "domain/verify/phrases.hpp"

namespace cloudvno::verify {
namespace {

constexpr std::string_view placeholder = "{code}";

std::string fill_in(std::string_view text, std::string_view code) {
  const auto at = text.find(placeholder);
  return fmt::format("{}{}{}", text.substr(0, at), code, text.substr(at + placeholder.size()));
}

// Characters without a shape that Unicode keeps for other texts than people's.
constexpr char32_t shapeless[] = {0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4,
                                  0x17B5, 0x200E, 0x200F, 0x3164, 0xFFA0};

// Controls, and what makes a text look other than it is: bidirectional marks, zero-width and
// private characters. Joiners are letters' own in some scripts.
bool is_hidden(char32_t c) {
  if (std::ranges::find(shapeless, c) != std::end(shapeless)) return true;
  if (c >= 0x180B && c <= 0x180F) return true;
  return (c < 0x20 && c != '\n') || (c >= 0x7F && c < 0xA0) || c == 0x200B || c == 0x2028 ||
         c == 0x2029 || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
         c == 0xFEFF || (c >= 0xE000 && c <= 0xF8FF) || c == replacement_character ||
         (c >= 0xFFF0 && c <= 0xFFFB) || c >= 0xE0000;
}

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string for_xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

Result<> check_custom_message(std::string_view text) {
  const auto refuse = [](std::string_view why) {
    return fail(Errc::invalid_parameter, fmt::format("`custom_message` {}", why), "custom_message");
  };
  const auto at = text.find(placeholder);
  if (at == std::string_view::npos || text.find(placeholder, at + 1) != std::string_view::npos) {
    return refuse("must contain `{code}` exactly once.");
  }
  std::size_t characters = 0;
  for (auto rest = text; !rest.empty();) {
    const auto character = take_code_point(rest);
    if (!character) return refuse("must be UTF-8.");
    if (is_hidden(*character)) {
      return refuse("must not contain control or invisible characters; line breaks are allowed.");
    }
    ++characters;
  }
  // Browsers take such a line for the site's own (`domain`).
  if (text.starts_with('@') || text.contains("\n@")) {
    return refuse("must not have a line that begins with `@`: `domain` writes that.");
  }
  if (characters > most_message_characters) return refuse("has at most 320 characters.");
  return {};
}

bool is_domain(std::string_view text) {
  if (text.empty() || text.size() > most_domain_characters || !text.contains('.')) return false;
  while (true) {
    const auto label = text.substr(0, text.find('.'));
    const bool fits =
        !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
        std::ranges::all_of(label, [](char c) { return is_alphanumeric(c) || c == '-'; });
    if (!fits) return false;
    if (label.size() == text.size()) return true;
    text.remove_prefix(label.size() + 1);
  }
}

std::optional<std::string> read_email_address(std::string_view text) {
  constexpr std::size_t longest = 254;
  constexpr std::size_t longest_local = 64;
  constexpr std::string_view marks = "!#$%&'*+-/=?^_`{|}~.";
  const auto at = text.find('@');
  if (text.size() > longest || at == std::string_view::npos || at == 0 || at > longest_local) {
    return std::nullopt;
  }
  const auto local = text.substr(0, at);
  const bool fits =
      local.front() != '.' && local.back() != '.' && !local.contains("..") &&
      std::ranges::all_of(local, [&](char c) { return is_alphanumeric(c) || marks.contains(c); });
  if (!fits || !is_domain(text.substr(at + 1))) return std::nullopt;
  // Local parts differ by case in theory only; one budget for all spellings.
  std::string address(text);
  std::ranges::transform(address, address.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return address;
}

std::string message_text(const Request& request, std::string_view code) {
  const std::string_view text = request.custom_message.empty()
                                    ? phrases_of(request.locale).message
                                    : std::string_view(request.custom_message);
  auto out = fill_in(text, code);
  if (!request.domain.empty()) out += fmt::format("\n\n@{} #{}", request.domain, code);
  return out;
}

std::string email_subject(const Request& request) {
  return std::string(phrases_of(request.locale).subject);
}

std::string email_text(const Request& request, std::string_view code) {
  auto without_domain = request;
  without_domain.domain.clear();
  return message_text(without_domain, code) + "\n";
}

std::string spoken_document(const Request& request, std::string_view code) {
  const auto& phrases = phrases_of(request.locale);
  const auto say = [&](std::string_view text) {
    return fmt::format(R"(<Say language="{}">{}</Say>)", phrases.language, for_xml(text));
  };
  constexpr std::string_view pause = R"(<Pause length="1"/>)";
  auto once = fmt::format("{}{}", say(phrases.spoken), pause);
  for (const char digit : code) once += fmt::format("{}{}", say({&digit, 1}), pause);
  return fmt::format(
      R"(<Response><Gather numDigits="1" finishOnKey="" timeout="10">{0}{0}{1}</Gather><Hangup/></Response>)",
      once, say(phrases.again));
}

}  // namespace cloudvno::verify
