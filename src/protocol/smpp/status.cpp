// Names of the command_status values of SMPP 3.4 (section 5.1.3).
#include "protocol/smpp/status.hpp"

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
