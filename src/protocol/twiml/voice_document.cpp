// Reading an application's answer in a call.
#include "protocol/twiml/voice_document.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.hpp"
#include "protocol/twiml/content_type.hpp"
#include "protocol/twiml/text.hpp"

namespace cloudvno::twiml {
namespace {

constexpr std::string_view audio_types[] = {
    "audio/mpeg",     "audio/mp3",  "audio/wav",    "audio/wave",   "audio/x-wav",
    "audio/vnd.wave", "audio/aiff", "audio/x-aiff", "audio/x-aifc", "audio/gsm",
    "audio/x-gsm",    "audio/ulaw", "audio/basic"};

Node say(std::string text) {
  Node words;
  words.text = std::move(text);
  Node verb;
  verb.name = "Say";
  verb.children.push_back(std::move(words));
  return verb;
}

}  // namespace

std::expected<VoiceDocument, Fault> parse_voice_document(std::string_view xml, bool latin1) {
  auto root = load_document(xml, latin1);
  if (!root) return std::unexpected(root.error());
  VoiceDocument document;
  for (auto& child : root->children) {
    if (!child.is_text()) document.verbs.push_back(std::move(child));
  }
  return document;
}

std::expected<VoiceAnswer, Fault> parse_voice_answer(std::string_view content_type,
                                                     std::string_view body) {
  const auto type = parse_content_type(content_type);
  if (std::ranges::find(audio_types, type.type) != std::end(audio_types)) return AudioAnswer{};
  if (body.size() > DocumentLimits{}.bytes) {
    return std::unexpected(
        Fault{code::document_too_large,
              fmt::format("The answer is larger than {} bytes", DocumentLimits{}.bytes)});
  }
  if (trimmed(body).empty()) return VoiceDocument{};
  if (type.type == "text/plain") {
    auto text = type.is_latin1() ? latin1_to_utf8(trimmed(body)) : std::string(trimmed(body));
    if (!is_utf8(text)) {
      return std::unexpected(
          Fault{code::malformed_document, "The answer holds bytes that are not valid UTF-8"});
    }
    VoiceDocument document;
    document.verbs.push_back(say(std::move(text)));
    return document;
  }
  if (!type.is_twiml()) {
    return std::unexpected(
        Fault{code::wrong_content_type,
              "The answer's content type is neither TwiML (text/xml, application/xml, text/html), "
              "nor audio, nor text/plain"});
  }
  auto document = parse_voice_document(body, type.is_latin1());
  if (!document) return std::unexpected(document.error());
  return std::move(*document);
}

}  // namespace cloudvno::twiml
