// Fuzz target: whatever a client says of itself, only known names come out.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include "domain/requests/user_agent.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using std::string_view;
  constexpr std::array<string_view, 15> browsers{"Edge",    "Opera", "Firefox", "Chrome", "Safari",
                                                 "curl",    "Wget",  "Postman", "Java",   "Python",
                                                 "Node.js", "Go",    "PHP",     "Ruby",   "other"};
  constexpr std::array<string_view, 7> systems{"Android", "iOS",   "ChromeOS", "Windows",
                                               "macOS",   "Linux", "other"};
  const auto agent =
      cloudvno::requests::read_user_agent({reinterpret_cast<const char*>(data), size});
  if (size == 0) return agent.browser.empty() && agent.system.empty() ? 0 : (std::abort(), 0);
  if (std::ranges::find(browsers, agent.browser) == browsers.end()) std::abort();
  if (std::ranges::find(systems, agent.system) == systems.end()) std::abort();
  return 0;
}
