// Tones as samples: beep and digits (ITU-T Q.23).
#include "protocol/media/tones.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace cloudvno::media {
namespace {

constexpr std::size_t samples_a_ms = 8;
constexpr std::size_t fade = 16;
constexpr std::size_t most_digits = 100;
constexpr std::string_view keypad = "123A456B789C*0#D";
constexpr std::array<int, 4> rows = {697, 770, 852, 941};
constexpr std::array<int, 4> columns = {1'209, 1'336, 1'477, 1'633};

std::size_t count(Milliseconds length) {
  return static_cast<std::size_t>(std::max<std::int64_t>(0, length.count())) * samples_a_ms;
}

}  // namespace

void add_silence(Samples& out, Milliseconds length) {
  out.resize(out.size() + count(length), 0);
}

void add_tone(Samples& out, int hertz, int second_hertz, Milliseconds length, int peak) {
  const std::size_t total = count(length);
  out.reserve(out.size() + total);
  const double turn = 2 * std::numbers::pi / 8'000;
  for (std::size_t i = 0; i < total; ++i) {
    const auto time = static_cast<double>(i) * turn;
    const double sum = std::sin(time * hertz) + std::sin(time * second_hertz);
    const std::size_t edge = std::min({i, total - 1 - i, fade});
    out.push_back(
        static_cast<std::int16_t>(std::lround(sum * peak * static_cast<double>(edge) / fade)));
  }
}

Samples beep() {
  Samples samples;
  add_tone(samples, 1'000, 0, Milliseconds(250));
  return samples;
}

Samples dtmf(std::string_view digits, Milliseconds length, Milliseconds gap) {
  Samples samples;
  for (char digit : digits.substr(0, most_digits)) {
    if (digit == 'w' || digit == 'W') {
      add_silence(samples, Milliseconds(digit == 'w' ? 500 : 1'000));
      continue;
    }
    if (digit >= 'a' && digit <= 'd') digit = static_cast<char>(digit - 'a' + 'A');
    const std::size_t key = keypad.find(digit);
    if (key == std::string_view::npos) continue;
    add_tone(samples, rows[key / 4], columns[key % 4], length);
    add_silence(samples, gap);
  }
  return samples;
}

}  // namespace cloudvno::media
