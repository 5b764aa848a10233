// The words by which a recipient opts out, opts in, or asks for help.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cloudvno::optouts {

enum class Keyword { stop, start, help };

std::string_view keyword_name(Keyword keyword);  // "STOP": as the callback says it

// The text as keywords are compared: letters and digits only, in capitals; Latin, Greek and
// Cyrillic letters have them. Bytes that are no UTF-8 are left out.
std::string fold_keyword(std::string_view text);

inline constexpr std::size_t longest_keyword = 20;  // characters, folded
std::size_t count_characters(std::string_view utf8);

// Of a folded text: product.md section 2, with REVOKE and OPTOUT.
std::optional<Keyword> read_keyword(std::string_view folded);

}  // namespace cloudvno::optouts
