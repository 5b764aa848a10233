// What a User-Agent says (RFC 9110 section 10.1.5), reduced to two names from closed lists: the
// rest tells people apart.
#pragma once

#include <string_view>

namespace cloudvno::requests {

// Static texts. Empty: there was no User-Agent. "other": it has none of the names that we know.
struct UserAgent {
  std::string_view browser;  // "Firefox", or a library: "curl", "Python"
  std::string_view system;   // "Windows"
};

// Looks at the first 512 bytes.
UserAgent read_user_agent(std::string_view header);

}  // namespace cloudvno::requests
