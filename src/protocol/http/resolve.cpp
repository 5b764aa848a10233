// Relative URLs, on Boost.URL.
#include "protocol/http/resolve.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>

#include "protocol/http/message.hpp"

namespace cloudvno::http {

std::optional<std::string> resolve_url(std::string_view base, std::string_view reference) {
  namespace urls = boost::urls;
  const auto base_url = urls::parse_uri({base.data(), base.size()});
  const auto reference_url = urls::parse_uri_reference({reference.data(), reference.size()});
  if (!base_url || !reference_url) return std::nullopt;
  urls::url resolved;
  if (!urls::resolve(*base_url, *reference_url, resolved)) return std::nullopt;
  resolved.remove_fragment();
  resolved.normalize_path();
  std::string text(resolved.buffer().data(), resolved.buffer().size());
  // What goes above the root stays at the root (section 5.2.4), which Boost.URL leaves to us.
  const auto path = text.find('/', text.find("://") + 3);
  while (path != std::string::npos && text.compare(path, 4, "/../") == 0) text.erase(path, 3);
  if (!Url::parse(text)) return std::nullopt;
  return text;
}

}  // namespace cloudvno::http
