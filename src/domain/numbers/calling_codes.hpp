// Country calling codes (ITU-T E.164, list of assigned codes) by ISO 3166-1 alpha-2 code.
#pragma once

#include <string_view>

namespace cloudvno::numbers {

// "44" for "GB"; empty for a code that is no country's. Countries of the North American Numbering
// Plan all have "1".
std::string_view calling_code(std::string_view country);

}  // namespace cloudvno::numbers
