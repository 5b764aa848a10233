// Where messages of this process go out; constant once carriers are added, so bodies on storage
// threads may read it.
#pragma once

#include <string>

#include "domain/routing/router.hpp"

namespace cloudvno::messaging {

struct Outbound {
  const routing::Router& router;  // bodies only ask what it knows()
  std::string owner;              // this node (cluster::Node): rows that it queues are its own
  std::string public_url{};       // of this platform, as customers reach it
};
inline constexpr std::string_view sandbox_carrier = "sandbox";

}  // namespace cloudvno::messaging
