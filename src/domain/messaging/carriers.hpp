// The names of the configured carriers; fixed while the program runs, so bodies on storage threads
// may read it.
#pragma once

#include <set>
#include <string>

namespace cloudvno::messaging {

using CarrierNames = std::set<std::string, std::less<>>;
inline constexpr std::string_view sandbox_carrier = "sandbox";

}  // namespace cloudvno::messaging
