// Any bytes as an application's answer in a call: refused, or verbs within every limit.
#include <cstdlib>

#include "base/utf8.hpp"
#include "protocol/twiml/voice_document.hpp"

using namespace cloudvno;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr std::string_view types[] = {"text/xml", "text/plain", "text/xml; charset=iso-8859-1",
                                        "text/plain; charset=latin1", "audio/mpeg"};
  const std::string_view body(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto answer = twiml::parse_voice_answer(types[data[0] % std::size(types)], body);
  if (!answer) {
    if (answer.error().code == 0 || !is_utf8(answer.error().text)) std::abort();
    return 0;
  }
  const auto* document = std::get_if<twiml::VoiceDocument>(&*answer);
  if (!document) return 0;
  if (document->verbs.size() > static_cast<std::size_t>(twiml::DocumentLimits{}.elements)) {
    std::abort();
  }
  for (const auto& verb : document->verbs) {
    if (verb.is_text() || !is_utf8(verb.own_text())) std::abort();
  }
  return 0;
}
