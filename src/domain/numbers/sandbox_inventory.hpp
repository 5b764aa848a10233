// The numbers of the simulated network: only ranges that their regulators keep for fiction, so that
// no message of a test can ever concern a real subscriber.
//
// US: NPA-555-0100 to 0199 (NANPA). GB: 07700 900000-900999 and 020 7946 0000-0999 (Ofcom). FR: 06
// 39 98 00 00 to 99 99 and 01 99 00 00 00 to 99 99 (ARCEP). AU: 0491 570 006-… is short, so 02 5550
// 0000-… of ACMA is used.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/model/phone_number.hpp"

namespace cloudvno::numbers {

struct SandboxNumber {
  PhoneNumber number;
  std::string_view country;
  std::string_view type;
};

// A number drawn at random from a country's ranges; nothing if the country has none. The handsets'
// own numbers
// (+1 201 555 01xx) are never drawn.
std::optional<SandboxNumber> draw_sandbox_number(std::string_view country);

bool is_sandbox_number(const PhoneNumber& number);

}  // namespace cloudvno::numbers
