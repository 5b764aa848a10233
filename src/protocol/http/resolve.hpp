// Relative URLs against the URL of the document that holds them (RFC 3986 section 5.2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cloudvno::http {

// The absolute URL, without a fragment; an empty reference is the base itself. Nothing where either
// is no URL, or the result is not http or https.
std::optional<std::string> resolve_url(std::string_view base, std::string_view reference);

}  // namespace cloudvno::http
