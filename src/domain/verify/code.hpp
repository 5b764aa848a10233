// Codes: made from the verification's SID, never kept; and read as people type them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/model/sid.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::verify {

inline constexpr int least_code_length = 4;
inline constexpr int most_code_length = 8;

// So many decimal digits out of HMAC-SHA-256 of the SID under the account's index key, each code
// as likely as every other; the same whenever it is asked for, also after the data key was turned.
std::string derive_code(const vault::Keys& keys, const VerificationSid& sid, int length);

// A code as a person gives it: 4 to 8 digits with spaces and hyphens between. Digits of other
// scripts count as what they say (Unicode category Nd: full-width, Arabic-Indic, Devanagari …),
// because people copy codes from, and type them on, keyboards of their own. Nothing for other
// texts.
std::optional<std::string> read_code(std::string_view text);

// In a time that says nothing of where they differ.
bool is_same_code(std::string_view right, std::string_view given);

}  // namespace cloudvno::verify
