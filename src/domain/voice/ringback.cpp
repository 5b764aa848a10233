// Ringback tones as sounds.
#include "domain/voice/ringback.hpp"

#include <map>
#include <string>

#include "protocol/media/tones.hpp"

namespace cloudvno::voice {

SoundPtr ringback(std::string_view country) {
  // Of the control thread. Names come from documents, so their number is bounded.
  constexpr std::size_t most = 100;
  static thread_local std::map<std::string, SoundPtr, std::less<>> made;
  // "us-old": a country's other tone is not kept apart.
  const auto name = country.empty() ? std::string_view("us") : country.substr(0, 2);
  if (const auto found = made.find(name); found != made.end()) return found->second;
  if (made.size() >= most) made.clear();
  const auto tone = media::call_tone(media::CallTone::ringback, name);
  return made[std::string(name)] = std::make_shared<const media::Prompt>(tone);
}

}  // namespace cloudvno::voice
