// How long a fetched sound may be played again without asking (RFC 9111 section 5.2.2).
#pragma once

#include <chrono>
#include <string_view>

namespace cloudvno::voice {

// Of the Cache-Control header: zero with no-store or no-cache; max-age, at most a day; a minute
// where it says neither.
std::chrono::seconds fresh_for(std::string_view cache_control);

}  // namespace cloudvno::voice
