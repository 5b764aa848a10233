// What a caller hears while the other side rings.
#pragma once

#include <string_view>

#include "domain/voice/sound.hpp"

namespace cloudvno::voice {

// One period of the tone and its silence, of the country that Dial's ringTone names; made once
// each. An empty name is the North American one.
SoundPtr ringback(std::string_view country);

}  // namespace cloudvno::voice
