// UTF-8 (RFC 3629): reading and writing code points.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cloudvno {

inline constexpr char32_t replacement_character = 0xFFFD;

// Takes the next code point off the front of `rest`, which is not empty. Nothing, with `rest` as it
// was, where the bytes are no UTF-8: overlong forms, surrogates and values above U+10FFFF are none.
std::optional<char32_t> take_code_point(std::string_view& rest);

// `code_point` is a Unicode scalar value; a surrogate or a value too large is written as U+FFFD.
void append_utf8(std::string& out, char32_t code_point);

bool is_utf8(std::string_view text);

}  // namespace cloudvno
