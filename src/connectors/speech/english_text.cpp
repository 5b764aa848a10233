// Characters of Unicode to ASCII.
#include "connectors/speech/english_text.hpp"

#include <array>

#include "base/utf8.hpp"

namespace cloudvno::speech {
namespace {

// U+00C0 to U+00FF, the letters of Latin-1 without their accents.
constexpr std::string_view latin_letters =
    "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo ouuuuyty";
static_assert(latin_letters.size() == 64);

std::string_view words_of(char32_t c) {
  switch (c) {
    case U'\u2018':
    case U'\u2019':
      return "'";
    case U'\u201C':
    case U'\u201D':
      return "\"";
    case U'\u2013':
    case U'\u2014':
      return " - ";
    case U'\u2026':
      return "...";
    case U'\u20AC':
      return " euros ";
    case U'\u00A3':
      return " pounds ";
    case U'\u00B0':
      return " degrees ";
    case U'\u00DF':
      return "ss";
    case U'\u00C6':
    case U'\u00E6':
      return "ae";
    default:
      return " ";
  }
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

std::string english_text(std::string_view utf8) {
  constexpr std::size_t longest_run = 40;
  constexpr std::size_t most_marks = 3;
  std::string out;
  std::size_t run = 0;    // of anything but spaces
  std::size_t marks = 0;  // of neither letters nor digits
  const auto put = [&](char c) {
    const bool space = c == ' ';
    marks = space || is_word(c) ? 0 : marks + 1;
    if (marks > most_marks) return;
    run = space ? 0 : run + 1;
    if (run > longest_run) {
      out += ' ';
      run = 1;
    }
    out += c;
  };
  while (!utf8.empty()) {
    const auto c = take_code_point(utf8);
    if (!c) {
      utf8.remove_prefix(1);
    } else if (*c >= 0x20 && *c < 0x7f) {
      put(static_cast<char>(*c));
    } else if (const auto words = words_of(*c); words == " " && *c >= 0xC0 && *c < 0x100) {
      put(latin_letters[*c - 0xC0]);
    } else {
      for (const char w : words) put(w);
    }
  }
  return out;
}

std::vector<std::string> pieces_of(std::string_view text) {
  constexpr std::size_t longest = 200;
  std::vector<std::string> pieces;
  while (text.size() > longest) {
    const auto window = text.substr(0, longest);
    // The last end of a sentence, else of a part of one, else of a word: there always is one.
    std::size_t end = std::string_view::npos;
    for (const std::string_view marks : {".!?", ",;:", ""}) {
      for (std::size_t i = window.size() - 1; i > 0 && end == std::string_view::npos; --i) {
        if (window[i] == ' ' && (marks.empty() || marks.contains(window[i - 1]))) end = i;
      }
    }
    if (end == std::string_view::npos) end = longest;
    pieces.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  pieces.emplace_back(text);
  return pieces;
}

}  // namespace cloudvno::speech
