// Replaces look-alike characters, so that a text fits the GSM 7-bit alphabet (`smart_encoding`).
#pragma once

#include <string>
#include <string_view>

namespace cloudvno::sms {

// Typographic quotes, dashes, spaces, dots, fractions and full-width forms become the plain
// characters that look like them; characters that cannot be seen are dropped. Letters are never
// robbed of their accents, because that changes words.
// The text comes back as it was where it would need UCS-2 even so, or is not UTF-8. The answer can
// have more characters than the text, at most three for one.
std::string smart_encode(std::string_view utf8);

}  // namespace cloudvno::sms
