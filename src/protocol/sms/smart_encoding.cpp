// Look-alikes of the characters in the GSM 7-bit alphabet.
#include "protocol/sms/smart_encoding.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/utf8.hpp"
#include "protocol/sms/gsm7.hpp"

namespace cloudvno::sms {
namespace {

// All code points from `first` to `last` become `plain`.
struct LookAlike {
  char32_t first;
  char32_t last;
  std::string_view plain;
};

// In order of code points, without overlap. Full-width forms of ASCII, U+FF01 to U+FF5E, are
// reckoned and not listed.
constexpr std::array look_alikes = {
    LookAlike{0x0009, 0x0009, " "},    // tab
    LookAlike{0x0060, 0x0060, "'"},    // grave accent
    LookAlike{0x00A0, 0x00A0, " "},    // no-break space
    LookAlike{0x00AB, 0x00AB, "\""},   // left-pointing double angle quotation mark
    LookAlike{0x00AD, 0x00AD, ""},     // soft hyphen
    LookAlike{0x00B4, 0x00B4, "'"},    // acute accent
    LookAlike{0x00B7, 0x00B7, "."},    // middle dot
    LookAlike{0x00BB, 0x00BB, "\""},   // right-pointing double angle quotation mark
    LookAlike{0x00BC, 0x00BC, "1/4"},  // vulgar fractions
    LookAlike{0x00BD, 0x00BD, "1/2"},  //
    LookAlike{0x00BE, 0x00BE, "3/4"},  //
    LookAlike{0x00F7, 0x00F7, "/"},    // division sign
    LookAlike{0x02B9, 0x02B9, "'"},    // modifier letters: prime,
    LookAlike{0x02BA, 0x02BA, "\""},   // double prime,
    LookAlike{0x02BB, 0x02BD, "'"},    // turned comma, apostrophe, reversed comma
    LookAlike{0x02C6, 0x02C6, "^"},    // circumflex
    LookAlike{0x02C8, 0x02C8, "'"},    // vertical line
    LookAlike{0x02CA, 0x02CB, "'"},    // acute, grave
    LookAlike{0x02D0, 0x02D0, ":"},    // triangular colon
    LookAlike{0x02DC, 0x02DC, "~"},    // small tilde
    LookAlike{0x02EE, 0x02EE, "\""},   // double apostrophe
    LookAlike{0x2000, 0x200A, " "},    // en quad to hair space
    LookAlike{0x200B, 0x200F, ""},     // zero width space and joiners, direction marks
    LookAlike{0x2010, 0x2015, "-"},    // hyphen to horizontal bar
    LookAlike{0x2018, 0x2019, "'"},    // single quotation marks
    LookAlike{0x201A, 0x201A, ","},    // low single quotation mark
    LookAlike{0x201B, 0x201B, "'"},    // reversed single quotation mark
    LookAlike{0x201C, 0x201F, "\""},   // double quotation marks
    LookAlike{0x2022, 0x2022, "-"},    // bullet
    LookAlike{0x2024, 0x2024, "."},    // leaders
    LookAlike{0x2025, 0x2025, ".."},   //
    LookAlike{0x2026, 0x2026, "..."},  // ellipsis
    LookAlike{0x2028, 0x2029, "\n"},   // line and paragraph separator
    LookAlike{0x202A, 0x202E, ""},     // direction embeddings
    LookAlike{0x202F, 0x202F, " "},    // narrow no-break space
    LookAlike{0x2032, 0x2032, "'"},    // primes
    LookAlike{0x2033, 0x2033, "\""},   //
    LookAlike{0x2035, 0x2035, "'"},    //
    LookAlike{0x2036, 0x2036, "\""},   //
    LookAlike{0x2039, 0x2039, "<"},    // single angle quotation marks
    LookAlike{0x203A, 0x203A, ">"},    //
    LookAlike{0x203C, 0x203C, "!!"},   // double exclamation mark
    LookAlike{0x2043, 0x2043, "-"},    // hyphen bullet
    LookAlike{0x2044, 0x2044, "/"},    // fraction slash
    LookAlike{0x2047, 0x2047, "??"},   // double marks
    LookAlike{0x2048, 0x2048, "?!"},   //
    LookAlike{0x2049, 0x2049, "!?"},   //
    LookAlike{0x204E, 0x204E, "*"},    // low asterisk
    LookAlike{0x204F, 0x204F, ";"},    // reversed semicolon
    LookAlike{0x205F, 0x205F, " "},    // mathematical space
    LookAlike{0x2060, 0x2064, ""},     // word joiner, invisible operators
    LookAlike{0x2066, 0x2069, ""},     // direction isolates
    LookAlike{0x2212, 0x2212, "-"},    // minus
    LookAlike{0x2215, 0x2215, "/"},    // division slash
    LookAlike{0x2216, 0x2216, "\\"},   // set minus
    LookAlike{0x2217, 0x2217, "*"},    // asterisk operator
    LookAlike{0x2219, 0x2219, "."},    // bullet operator
    LookAlike{0x2223, 0x2223, "|"},    // divides
    LookAlike{0x2236, 0x2236, ":"},    // ratio
    LookAlike{0x223C, 0x223C, "~"},    // tilde operator
    LookAlike{0x22C5, 0x22C5, "."},    // dot operator
    LookAlike{0x2500, 0x2501, "-"},    // box drawings
    LookAlike{0x2502, 0x2503, "|"},    //
    LookAlike{0x275B, 0x275C, "'"},    // heavy quotation marks
    LookAlike{0x275D, 0x275E, "\""},   //
    LookAlike{0x2768, 0x2768, "("},    // ornamental brackets
    LookAlike{0x2769, 0x2769, ")"},    //
    LookAlike{0x276A, 0x276A, "("},    //
    LookAlike{0x276B, 0x276B, ")"},    //
    LookAlike{0x2774, 0x2774, "{"},    //
    LookAlike{0x2775, 0x2775, "}"},    //
    LookAlike{0x29F5, 0x29F5, "\\"},   // reverse solidus operator
    LookAlike{0x29F8, 0x29F8, "/"},    // big solidus
    LookAlike{0x29F9, 0x29F9, "\\"},   // big reverse solidus
    LookAlike{0x3000, 0x3000, " "},    // ideographic space
    LookAlike{0x3001, 0x3001, ","},    // ideographic comma
    LookAlike{0x3002, 0x3002, "."},    // ideographic full stop
    LookAlike{0x301D, 0x301F, "\""},   // ideographic quotation marks
    LookAlike{0xFE00, 0xFE0F, ""},     // variation selectors
    LookAlike{0xFE50, 0xFE50, ","},    // small forms
    LookAlike{0xFE52, 0xFE52, "."},    //
    LookAlike{0xFE54, 0xFE54, ";"},    //
    LookAlike{0xFE55, 0xFE55, ":"},    //
    LookAlike{0xFE56, 0xFE56, "?"},    //
    LookAlike{0xFE57, 0xFE57, "!"},    //
    LookAlike{0xFE58, 0xFE58, "-"},    //
    LookAlike{0xFE59, 0xFE59, "("},    //
    LookAlike{0xFE5A, 0xFE5A, ")"},    //
    LookAlike{0xFE5B, 0xFE5B, "{"},    //
    LookAlike{0xFE5C, 0xFE5C, "}"},    //
    LookAlike{0xFE5F, 0xFE5F, "#"},    //
    LookAlike{0xFE60, 0xFE60, "&"},    //
    LookAlike{0xFE61, 0xFE61, "*"},    //
    LookAlike{0xFE62, 0xFE62, "+"},    //
    LookAlike{0xFE63, 0xFE63, "-"},    //
    LookAlike{0xFE64, 0xFE64, "<"},    //
    LookAlike{0xFE65, 0xFE65, ">"},    //
    LookAlike{0xFE66, 0xFE66, "="},    //
    LookAlike{0xFE68, 0xFE68, "\\"},   //
    LookAlike{0xFE69, 0xFE69, "$"},    //
    LookAlike{0xFE6A, 0xFE6A, "%"},    //
    LookAlike{0xFE6B, 0xFE6B, "@"},    //
    LookAlike{0xFEFF, 0xFEFF, ""},     // byte order mark
    LookAlike{0xFFE1, 0xFFE1, "£"},    // full-width signs
    LookAlike{0xFFE5, 0xFFE5, "¥"},    //
};

static_assert(std::ranges::is_sorted(look_alikes, [](const LookAlike& a, const LookAlike& b) {
  return a.last < b.first;
}));

// The plain text for a look-alike; nothing for any other character.
std::optional<std::string_view> plain_for(char32_t character) {
  const auto* const found = std::ranges::lower_bound(look_alikes, character, {}, &LookAlike::last);
  if (found == look_alikes.end() || character < found->first) return std::nullopt;
  return found->plain;
}

void append_plain(std::string& out, char32_t character) {
  // A full-width form can itself have a look-alike (the grave accent), so it is reckoned first.
  if (character >= 0xFF01 && character <= 0xFF5E) character -= 0xFF01 - U'!';
  if (const auto plain = plain_for(character)) {
    out += *plain;
  } else {
    append_utf8(out, character);
  }
}

}  // namespace

std::string smart_encode(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  for (auto rest = utf8; !rest.empty();) {
    const auto character = take_code_point(rest);
    if (!character) return std::string(utf8);
    append_plain(out, *character);
  }
  return to_septets(out) ? out : std::string(utf8);
}

}  // namespace cloudvno::sms
