// Names of the command_status values of SMPP 3.4 (section 5.1.3).
#include "protocol/smpp/status.hpp"

#include <charconv>

#include <fmt/format.h>

namespace cloudvno::smpp {

std::string status_name(CommandStatus status) {
  switch (status) {
#define SMPP_STATUS(name, value, meaning) \
  case CommandStatus::name:               \
    return #name;
#include "protocol/smpp/status.def"
#undef SMPP_STATUS
  }
  return fmt::format("0x{:08X}", static_cast<std::uint32_t>(status));
}

std::optional<CommandStatus> parse_status(std::string_view text) {
#define SMPP_STATUS(name, value, meaning) \
  if (text == #name) return CommandStatus::name;
#include "protocol/smpp/status.def"
#undef SMPP_STATUS
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (hexadecimal) text.remove_prefix(2);
  std::uint32_t value = 0;
  const auto [end, fault] =
      std::from_chars(text.data(), text.data() + text.size(), value, hexadecimal ? 16 : 10);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return static_cast<CommandStatus>(value);
}

std::string_view status_meaning(CommandStatus status) {
  switch (status) {
#define SMPP_STATUS(name, value, meaning) \
  case CommandStatus::name:               \
    return meaning;
#include "protocol/smpp/status.def"
#undef SMPP_STATUS
  }
  return {};
}

}  // namespace cloudvno::smpp
