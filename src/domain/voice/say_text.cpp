// Flattening SSML.
#include "domain/voice/say_text.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace cloudvno::voice {
namespace {

// Voices that speak one language unless told otherwise: the part behind the maker's name is a given
// name in the field's lists, so only the two old ones have a default of their own.
std::string default_language(std::string_view voice) {
  if (voice.empty() || voice == "man" || voice == "woman") return "en";
  if (voice == "alice") return "en-US";
  return {};  // the speech port knows
}

bool is_spelled(std::string_view interpret_as) {
  constexpr std::array words{std::string_view("characters"), std::string_view("spell-out"),
                             std::string_view("digits"), std::string_view("telephone")};
  return std::ranges::find(words, interpret_as) != words.end();
}

std::string spell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if ((c & 0xC0) != 0x80 && !out.empty()) out += ' ';  // not inside a UTF-8 sequence
    if (c != ' ') out += c;
  }
  return out;
}

void flatten(const twiml::Node& node, std::string& out) {
  for (const auto& child : node.children) {
    if (child.is_text()) {
      out += child.text;
    } else if (child.name == "break") {
      out += ", ";
    } else if (child.name == "sub") {
      out += child.attribute("alias").value_or(child.own_text());
    } else if (child.name == "say-as" &&
               is_spelled(child.attribute("interpret-as").value_or(std::string()))) {
      out += spell(child.own_text());
    } else {
      flatten(child, out);
      if (child.name == "p" || child.name == "s") out += ". ";
    }
  }
}

// Runs of white space as one space, none at the ends, at most so many characters.
std::string tidy(std::string_view text) {
  std::string out;
  std::size_t characters = 0;
  bool space = false;
  for (const char c : text) {
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
      space = !out.empty();
      continue;
    }
    const bool begins = (c & 0xC0) != 0x80;
    if (begins && (characters += 1 + (space ? 1 : 0)) > most_say_characters) break;
    if (std::exchange(space, false)) out += ' ';
    out += c;
  }
  return out;
}

}  // namespace

SpeechRequest read_say(const twiml::Node& say) {
  std::string text;
  flatten(say, text);
  SpeechRequest request;
  request.text = tidy(text);
  request.voice = say.attribute("voice").value_or(std::string());
  request.language = say.attribute("language").value_or(default_language(request.voice));
  return request;
}

}  // namespace cloudvno::voice
