// What a caller hears, by country (ITU-T E.180 supplement 2, of 01/94 and later).
#include <algorithm>
#include <array>

#include "protocol/media/tones.hpp"

namespace cloudvno::media {
namespace {

// Frequencies, then on and off times in ms; a second on and off where the cadence has two.
struct Cadence {
  std::int16_t hertz, second_hertz;
  std::array<std::int16_t, 4> on_off;
};
struct Country {
  std::string_view name;
  Cadence ringback, busy, congestion;
};

constexpr Country countries[] = {
    // Of 425 Hz, as most of Europe; also for countries that are not in the table.
    {"", {425, 0, {1'000, 4'000}}, {425, 0, {500, 500}}, {425, 0, {250, 250}}},
    {"at", {420, 0, {1'000, 5'000}}, {420, 0, {400, 400}}, {420, 0, {200, 200}}},
    {"au", {400, 450, {400, 200, 400, 2'000}}, {425, 0, {375, 375}}, {425, 0, {375, 375}}},
    {"be", {425, 0, {1'000, 3'000}}, {425, 0, {500, 500}}, {425, 0, {167, 167}}},
    {"br", {425, 0, {1'000, 4'000}}, {425, 0, {250, 250}}, {425, 0, {250, 250}}},
    {"ca", {440, 480, {2'000, 4'000}}, {480, 620, {500, 500}}, {480, 620, {250, 250}}},
    {"ch", {425, 0, {1'000, 4'000}}, {425, 0, {500, 500}}, {425, 0, {200, 200}}},
    {"cn", {450, 0, {1'000, 4'000}}, {450, 0, {350, 350}}, {450, 0, {700, 700}}},
    {"de", {425, 0, {1'000, 4'000}}, {425, 0, {480, 480}}, {425, 0, {240, 240}}},
    {"es", {425, 0, {1'500, 3'000}}, {425, 0, {200, 200}}, {425, 0, {200, 200, 200, 600}}},
    {"fr", {440, 0, {1'500, 3'500}}, {440, 0, {500, 500}}, {440, 0, {250, 250}}},
    {"gb", {400, 450, {400, 200, 400, 2'000}}, {400, 0, {375, 375}}, {400, 0, {400, 350}}},
    {"ie", {400, 450, {400, 200, 400, 2'000}}, {425, 0, {500, 500}}, {425, 0, {500, 500}}},
    {"in", {400, 25, {400, 200, 400, 2'000}}, {400, 0, {750, 750}}, {400, 0, {250, 250}}},
    {"it", {425, 0, {1'000, 4'000}}, {425, 0, {500, 500}}, {425, 0, {200, 200}}},
    {"jp", {400, 16, {1'000, 2'000}}, {400, 0, {500, 500}}, {400, 0, {500, 500}}},
    {"mx", {425, 0, {1'000, 4'000}}, {425, 0, {250, 250}}, {425, 0, {250, 250}}},
    {"nl", {425, 0, {1'000, 4'000}}, {425, 0, {500, 500}}, {425, 0, {250, 250}}},
    {"nz", {400, 450, {400, 200, 400, 2'000}}, {400, 0, {500, 500}}, {400, 0, {250, 250}}},
    {"se", {425, 0, {1'000, 5'000}}, {425, 0, {250, 250}}, {425, 0, {250, 750}}},
    {"us", {440, 480, {2'000, 4'000}}, {480, 620, {500, 500}}, {480, 620, {250, 250}}},
};
static_assert(std::ranges::is_sorted(countries, {}, &Country::name));

const Country& country_of(std::string_view name) {
  if (name == "uk") name = "gb";
  const auto* found = std::ranges::lower_bound(countries, name, {}, &Country::name);
  return found != std::end(countries) && found->name == name ? *found : countries[0];
}

}  // namespace

Samples call_tone(CallTone tone, std::string_view country) {
  const Country& tones = country_of(country);
  const Cadence& cadence = tone == CallTone::ringback ? tones.ringback
                           : tone == CallTone::busy   ? tones.busy
                                                      : tones.congestion;
  Samples samples;
  for (std::size_t i = 0; i < cadence.on_off.size(); i += 2) {
    if (cadence.on_off[i] == 0) break;
    add_tone(samples, cadence.hertz, cadence.second_hertz, Milliseconds(cadence.on_off[i]), 3'000);
    add_silence(samples, Milliseconds(cadence.on_off[i + 1]));
  }
  return samples;
}

}  // namespace cloudvno::media
