// What a response says of its request (SMPP 3.4 section 5.1.3: command_status); the table is
// status.def. The enumerators keep the specification's spelling, so that they can be looked up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cloudvno::smpp {

// Any 32-bit value can arrive: 0x400-0x4FF are each vendor's own, the others without a name are
// reserved.
enum class CommandStatus : std::uint32_t {
#define SMPP_STATUS(name, value, meaning) name = value,
#include "protocol/smpp/status.def"
#undef SMPP_STATUS
};

// "ESME_RTHROTTLED", or "0x00000412" for a value without a name.
std::string status_name(CommandStatus status);

// By its name, or by its number, decimal or with "0x"; nothing where it is neither.
std::optional<CommandStatus> parse_status(std::string_view text);

// A few words for people; empty for a value without a name.
std::string_view status_meaning(CommandStatus status);

}  // namespace cloudvno::smpp
