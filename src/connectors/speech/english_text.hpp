// A text in the characters that an English voice reads.
#pragma once

#include <string>
#include <string_view>

namespace cloudvno::speech {

// Printable ASCII and nothing else: accents are taken off, typographic marks become plain ones,
// currency signs words; other characters are spaces. A run of more than 40 letters or digits gets
// spaces, since the engine spells such a run slowly and at length.
std::string english_text(std::string_view utf8);

}  // namespace cloudvno::speech
