// Fuzz target: URLs; what is read prints and reads back the same, and holds nothing that could
// break a request line or a Host field.
#include <cstdlib>

#include "protocol/http/message.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace cloudvno::http;
  const auto url = Url::parse(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!url) return 0;
  for (const auto& part : {url->host, url->port, url->target}) {
    if (part.empty()) std::abort();
    for (const char c : part) {
      if (c <= ' ' || c == 0x7f) std::abort();
    }
  }
  const bool ipv6 = url->host.find(':') != std::string::npos;
  const auto again =
      Url::parse(std::string(url->https ? "https://" : "http://") +
                 (ipv6 ? "[" + url->host + "]" : url->host) + ":" + url->port + url->target);
  if (!again || again->host != url->host || again->target != url->target) std::abort();
  return 0;
}
