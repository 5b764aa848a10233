// Recognising keywords.
#include "domain/optouts/keyword.hpp"

#include <algorithm>
#include <utility>

#include "base/utf8.hpp"

namespace cloudvno::optouts {
namespace {

constexpr std::pair<std::string_view, Keyword> words[] = {
    {"STOP", Keyword::stop},   {"STOPALL", Keyword::stop}, {"UNSUBSCRIBE", Keyword::stop},
    {"CANCEL", Keyword::stop}, {"END", Keyword::stop},     {"QUIT", Keyword::stop},
    {"REVOKE", Keyword::stop}, {"OPTOUT", Keyword::stop},  {"START", Keyword::start},
    {"YES", Keyword::start},   {"UNSTOP", Keyword::start}, {"HELP", Keyword::help},
    {"INFO", Keyword::help},
};

bool is_in(char32_t c, char32_t first, char32_t last) {
  return c >= first && c <= last;
}

// Spaces, punctuation, and marks that cannot be seen.
bool is_ignored(char32_t c) {
  if (c < 0x80) {
    return !is_in(c, '0', '9') && !is_in(c, 'A', 'Z') && !is_in(c, 'a', 'z');
  }
  return is_in(c, 0x80, 0xBF) || is_in(c, 0x2000, 0x206F) || is_in(c, 0x3000, 0x303F) ||
         is_in(c, 0xFE00, 0xFE0F) || c == 0xFEFF || is_in(c, 0xFF01, 0xFF0F) ||
         is_in(c, 0xFF1A, 0xFF20);
}

char32_t to_capital(char32_t c) {
  if (is_in(c, 'a', 'z')) return c - 0x20;
  if (is_in(c, 0xFF21, 0xFF3A)) return c - 0xFF21 + 'A';  // as wide as CJK characters
  if (is_in(c, 0xFF41, 0xFF5A)) return c - 0xFF41 + 'A';
  if (is_in(c, 0xE0, 0xFE) && c != 0xF7) return c - 0x20;  // Latin-1
  if (c == 0xFF) return 0x178;
  if (c == 0x131) return 'I';
  // Latin Extended-A: pairs of a capital and a small letter, even and odd, then odd and even.
  if (is_in(c, 0x100, 0x137) || is_in(c, 0x14A, 0x177)) return c & ~char32_t{1};
  if (is_in(c, 0x139, 0x148) || is_in(c, 0x179, 0x17E)) return c % 2 == 0 ? c - 1 : c;
  if (c == 0x3C2) return 0x3A3;  // the sigma at a word's end
  if (is_in(c, 0x3B1, 0x3CB)) return c - 0x20;
  if (c == 0x3AC) return 0x386;
  if (is_in(c, 0x3AD, 0x3AF)) return c - 37;
  if (c == 0x3CC) return 0x38C;
  if (is_in(c, 0x3CD, 0x3CE)) return c - 63;
  if (is_in(c, 0x430, 0x44F)) return c - 0x20;  // Cyrillic
  if (is_in(c, 0x450, 0x45F)) return c - 0x50;
  return c;
}

}  // namespace

std::string_view keyword_name(Keyword keyword) {
  switch (keyword) {
    case Keyword::stop:
      return "STOP";
    case Keyword::start:
      return "START";
    case Keyword::help:
      return "HELP";
  }
  return "";
}

std::string fold_keyword(std::string_view text) {
  std::string folded;
  while (!text.empty()) {
    const auto code_point = take_code_point(text);
    if (!code_point) {
      text.remove_prefix(1);
      continue;
    }
    if (!is_ignored(*code_point)) append_utf8(folded, to_capital(*code_point));
  }
  return folded;
}

std::size_t count_characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::optional<Keyword> read_keyword(std::string_view folded) {
  const auto* found = std::ranges::find(words, folded, [](const auto& word) { return word.first; });
  if (found == std::end(words)) return std::nullopt;
  return found->second;
}

}  // namespace cloudvno::optouts
