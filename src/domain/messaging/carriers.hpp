// Where messages of this process go out; fixed while the program runs, so bodies on storage threads
// may read it.
#pragma once

#include <set>
#include <string>

namespace cloudvno::messaging {

struct Outbound {
  std::set<std::string, std::less<>> carriers;  // names of the configured ones
  std::string owner;  // this node (cluster::Node): rows that it queues are its own
};
inline constexpr std::string_view sandbox_carrier = "sandbox";

}  // namespace cloudvno::messaging
