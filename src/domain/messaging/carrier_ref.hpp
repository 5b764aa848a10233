// How a carrier's message id is kept: a blind index, instance-wide, since a receipt names no
// account.
#pragma once

#include <fmt/format.h>

#include "platform/vault/vault.hpp"

namespace cloudvno::messaging {

// Empty where the carrier gave no id.
inline Bytes carrier_ref(const vault::Vault& vault, std::string_view carrier,
                         std::string_view carrier_id) {
  if (carrier_id.empty()) return {};
  return vault.instance().blind_index("message_part.carrier_ref",
                                      fmt::format("{}:{}", carrier, carrier_id));
}

}  // namespace cloudvno::messaging
