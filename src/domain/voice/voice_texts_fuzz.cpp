// Texts of customers and their servers: SIP addresses, fragments of URLs, cookies, headers.
#include <cstdlib>

#include "domain/voice/byte_range.hpp"
#include "domain/voice/cache_control.hpp"
#include "domain/voice/cookies.hpp"
#include "domain/voice/fetch_options.hpp"
#include "domain/voice/sip_address.hpp"

using namespace cloudvno;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto address = voice::parse_sip_address(text)) {
    if (address->uri.find_first_of("\r\n <>") != std::string::npos) std::abort();
    for (const auto& [name, value] : address->headers) {
      if ((name + value).find_first_of("\r\n") != std::string::npos) std::abort();
    }
  }
  const auto options = voice::parse_fetch_options(text);
  if (options.retries < 0 || options.retries > 5) std::abort();
  if (options.timeout.count() < 100 || options.timeout.count() > 15'000) std::abort();
  if (options.connect_timeout.count() < 100 || options.connect_timeout.count() > 10'000)
    std::abort();
  const auto asked = voice::parse_range(text, 1'000);
  if (asked.range && (asked.range->first < 0 || asked.range->last >= 1'000 ||
                      asked.range->first > asked.range->last)) {
    std::abort();
  }
  const auto fresh = voice::fresh_for(text).count();
  if (fresh < 0 || fresh > 86'400) std::abort();
  voice::Cookies cookies;
  http::Headers headers;
  headers.add("Set-Cookie", std::string(text));
  cookies.take("host", headers);
  if (cookies.for_host("host").size() > voice::Cookies::most_bytes + 2) std::abort();
  return 0;
}
