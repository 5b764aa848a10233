// A text in the characters that an English voice reads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cloudvno::speech {

// Printable ASCII and nothing else: accents are taken off, typographic marks become plain ones,
// currency signs words; other characters are spaces. Runs of marks are cut to three, and runs of
// anything but spaces broken after 40 characters: flite 2.2 writes beyond its buffers where some
// hundreds of marks follow each other, and spells endless words at length.
std::string english_text(std::string_view utf8);

// What english_text answers, in pieces of at most 200 characters, whole sentences where they fit.
std::vector<std::string> pieces_of(std::string_view text);

}  // namespace cloudvno::speech
