// Which messages a carrier takes.
#include "domain/routing/route.hpp"

#include <algorithm>

namespace cloudvno::routing {

bool fits(const Route& route, const Asked& asked) {
  if (route.carrier != asked.home && !route.other_senders) return false;
  if (asked.media > route.most_media) return false;
  if (!route.sender_types.empty() &&
      std::ranges::find(route.sender_types, asked.sender_type) == route.sender_types.end()) {
    return false;
  }
  return route.prefixes.empty() || std::ranges::any_of(route.prefixes, [&](const auto& prefix) {
           return asked.to.starts_with(prefix);
         });
}

}  // namespace cloudvno::routing
