// A name that stands twice in one JSON object (RFC 8259 section 4). Which of the two counts is up
// to each reader, so a check in front of this program may have judged the other one.
#pragma once

#include <string_view>

namespace cloudvno::api {

// For a text that was parsed before: of one that is no JSON only the part before the fault counts.
// Names are compared as they read, whatever their escapes. Time is O(n log n).
bool has_repeated_name(std::string_view json_text);

}  // namespace cloudvno::api
