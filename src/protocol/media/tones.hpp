// Tones as samples: beep, digits (ITU-T Q.23), and what a caller hears by country (ITU-T E.180
// supplement 2).
#pragma once

#include <chrono>
#include <string_view>

#include "protocol/media/audio.hpp"

namespace cloudvno::media {

using Milliseconds = std::chrono::milliseconds;

// One or two frequencies at once (0: none), of equal level; faded over 2 ms at both ends against
// clicks. `peak` is of each frequency, of 32,768. Appended to `out`.
void add_tone(Samples& out, int hertz, int second_hertz, Milliseconds length, int peak = 6'000);
void add_silence(Samples& out, Milliseconds length);

// What tells a caller that recording begins: 1,000 Hz for 250 ms.
Samples beep();

// "12ww#": digits 0-9 * # A-D of `length` with `gap` between; w waits half a second, W a second.
// Other characters are skipped. At most 100 characters count.
Samples dtmf(std::string_view digits, Milliseconds length = Milliseconds(100),
             Milliseconds gap = Milliseconds(100));

enum class CallTone : std::uint8_t { ringback, busy, congestion };

// One whole cadence, silence included, to be played in a loop. `country` is ISO 3166-1 alpha-2 in
// lower case ("uk" is taken for "gb"); an unknown one gets the European tones (425 Hz).
Samples call_tone(CallTone tone, std::string_view country);

}  // namespace cloudvno::media
