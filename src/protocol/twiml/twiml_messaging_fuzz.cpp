// Any bytes as an application's answer: refused, or a reply within every limit.
#include <cstdlib>

#include "base/utf8.hpp"
#include "protocol/twiml/messaging_reply.hpp"

using namespace cloudvno;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr std::string_view types[] = {"text/xml", "text/plain", "text/xml; charset=iso-8859-1",
                                        "text/plain; charset=latin1"};
  const std::string_view body(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto reply = twiml::parse_messaging_reply(types[data[0] % std::size(types)], body);
  if (!reply) {
    if (reply.error().code == 0 || !is_utf8(reply.error().text)) std::abort();
    return 0;
  }
  if (reply->warnings.size() > twiml::Warnings::most) std::abort();
  for (const auto& warning : reply->warnings) {
    if (!is_utf8(warning.text)) std::abort();
  }
  for (const auto& verb : reply->verbs) {
    const auto* message = std::get_if<twiml::Message>(&verb);
    if (!message) continue;
    if (!is_utf8(message->body) || message->body.size() > 6'400) std::abort();
    if (message->body.empty() && message->media.empty()) std::abort();
    if (message->media.size() > twiml::most_media) std::abort();
  }
  return 0;
}
