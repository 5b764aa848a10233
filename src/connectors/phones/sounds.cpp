// The sounds that are made here: a lasting tone, and something with the rhythm of a sentence.
#include "connectors/phones/sounds.hpp"

#include "protocol/media/tones.hpp"

namespace cloudvno::phones {
namespace {

using media::Milliseconds;

media::PromptPtr make_tone() {
  media::Samples samples;
  // Whole turns, but for the fade at the seam.
  media::add_tone(samples, tone_hertz, 0, Milliseconds(10'000));
  return std::make_shared<const media::Prompt>(samples);
}

// Two words and a sentence: syllables of 90 to 180 ms within the range of a voice's fundamental and
// first formant, with the pauses that a detector of speech looks for. The pairs are none of Q.23.
media::PromptPtr make_speech() {
  struct Syllable {
    int hertz, formant, length_ms, pause_ms;
  };
  constexpr Syllable syllables[] = {
      {180, 520, 120, 30}, {150, 610, 180, 350},  // hello
      {170, 480, 100, 20}, {190, 560, 140, 40},  {160, 430, 90, 20},  {200, 640, 150, 30},
      {175, 510, 110, 60}, {185, 590, 130, 20},  {155, 450, 120, 30}, {140, 390, 180, 250},
  };
  media::Samples samples;
  for (const auto& each : syllables) {
    media::add_tone(samples, each.hertz, each.formant, Milliseconds(each.length_ms), 7'000);
    media::add_silence(samples, Milliseconds(each.pause_ms));
  }
  return std::make_shared<const media::Prompt>(samples);
}

}  // namespace

const media::PromptPtr& prompt_of(Sound sound) {
  static const media::PromptPtr none;
  static const media::PromptPtr tone = make_tone();
  static const media::PromptPtr speech = make_speech();
  return sound == Sound::tone ? tone : sound == Sound::speech ? speech : none;
}

}  // namespace cloudvno::phones
