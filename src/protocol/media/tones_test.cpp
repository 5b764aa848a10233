// Tones, and what the detectors make of them.
#include "protocol/media/tones.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "protocol/media/concealment.hpp"
#include "protocol/media/dtmf_detector.hpp"
#include "protocol/media/prompt.hpp"
#include "protocol/media/voice_detector.hpp"

namespace cloudvno::media {
namespace {

std::string heard(SampleView samples) {
  DtmfDetector detector;
  std::string digits;
  for (; samples.size() >= 160; samples = samples.subspan(160))
    digits += detector.listen(samples.first(160));
  return digits;
}

TEST(Tones, DigitsAreHeardAsTheyWereWritten) {
  Samples samples = dtmf("1234567890*#ABCD", Milliseconds(80), Milliseconds(60));
  EXPECT_EQ(heard(samples), "1234567890*#ABCD");
  Samples through_g711(samples.size());
  const Prompt prompt(samples);
  decode_g711(Law::a, prompt.bytes(Law::a), through_g711);
  EXPECT_EQ(heard(through_g711), "1234567890*#ABCD");
}

TEST(Tones, AWaitsHalfASecondPerWAndSkipsWhatIsNoDigit) {
  EXPECT_EQ(dtmf("wW").size(), 12'000u);
  EXPECT_EQ(dtmf("x y").size(), 0u);
  EXPECT_EQ(dtmf("1w1").size(), 2u * 1'600 + 4'000);
}

TEST(Tones, CallTonesAndNoiseAreNoDigits) {
  Samples samples;
  for (std::string_view country : {"us", "uk", "de", "fr", "jp", ""})
    for (CallTone tone : {CallTone::ringback, CallTone::busy, CallTone::congestion}) {
      Samples part = call_tone(tone, country);
      samples.insert(samples.end(), part.begin(), part.end());
    }
  std::minstd_rand random(1);
  for (int i = 0; i < 80'000; ++i)
    samples.push_back(static_cast<std::int16_t>(static_cast<int>(random() % 20'000) - 10'000));
  EXPECT_EQ(heard(samples), "");
}

TEST(Tones, AnUnknownCountryHearsTheEuropeanTone) {
  EXPECT_EQ(call_tone(CallTone::ringback, "xx").size(), 40'000u);
  EXPECT_EQ(call_tone(CallTone::ringback, "us").size(), 48'000u);
  EXPECT_EQ(call_tone(CallTone::ringback, "uk"), call_tone(CallTone::ringback, "gb"));
  EXPECT_NE(call_tone(CallTone::busy, "de"), call_tone(CallTone::busy, "us"));
}

TEST(VoiceDetector, TellsOnceThatVoiceBeginsAndEnds) {
  VoiceDetector detector;
  Samples samples;
  add_silence(samples, Milliseconds(400));
  add_tone(samples, 300, 450, Milliseconds(600));
  add_silence(samples, Milliseconds(600));
  std::string changes;
  int frame = 0;
  for (SampleView rest = samples; rest.size() >= 160; rest = rest.subspan(160), ++frame) {
    const auto change = detector.frame(rest.first(160));
    if (change == VoiceDetector::Change::none) continue;
    const bool started = change == VoiceDetector::Change::started;
    changes += started ? 'v' : 's';
    EXPECT_LE(frame, started ? 24 : 62);
  }
  EXPECT_EQ(changes, "vs");
  EXPECT_EQ(detector.quiet_for(), std::chrono::milliseconds(600));
}

TEST(VoiceDetector, TakesSteadyNoiseForSilenceInTheEnd) {
  VoiceDetector detector;
  std::minstd_rand random(1);
  Samples frame(160);
  for (int i = 0; i < 1'500; ++i) {
    for (auto& sample : frame) sample = static_cast<std::int16_t>(random() % 900 - 450);
    detector.frame(frame);
  }
  EXPECT_FALSE(detector.voice());
}

TEST(Audio, MixesWithoutWrappingAndTrimsTheEnds) {
  const Samples loud(4, 30'000), low(4, -30'000);
  Samples out(4);
  mix(loud, loud, out);
  EXPECT_EQ(out[0], 32'767);
  mix(loud, low, out);
  EXPECT_EQ(out[0], 0);

  Samples samples;
  add_silence(samples, Milliseconds(1'000));
  add_tone(samples, 500, 0, Milliseconds(500));
  add_silence(samples, Milliseconds(1'000));
  EXPECT_NEAR(static_cast<double>(trim_silence(samples).size()), 4'000 + 1'600, 320);
  EXPECT_TRUE(trim_silence(Samples(8'000, 0)).empty());
}

TEST(Concealment, GoesOnWithTheVoiceAndFades) {
  Concealment concealment;
  Samples voice;
  add_tone(voice, 100, 0, Milliseconds(300), 10'000);
  for (std::size_t at = 0; at + 160 <= 1'920; at += 160) {
    Samples frame(voice.begin() + static_cast<std::ptrdiff_t>(at),
                  voice.begin() + static_cast<std::ptrdiff_t>(at + 160));
    concealment.good(frame);
  }
  Samples lost(160);
  concealment.lost(lost);
  // What a perfect guess would have been.
  for (std::size_t i = 0; i < 80; ++i) EXPECT_NEAR(lost[i], voice[1'920 + i], 1'500) << i;
  std::int64_t before = mean_energy(lost);
  for (int i = 0; i < 3; ++i) {
    concealment.lost(lost);
    EXPECT_LT(mean_energy(lost), before);
    before = std::max<std::int64_t>(1, mean_energy(lost));
  }
  EXPECT_EQ(mean_energy(lost), 0);
}

TEST(Concealment, IsSilentBeforeAnythingWasHeardAndKeepsGoodFrames) {
  Concealment concealment;
  Samples frame(160, 7);
  concealment.lost(frame);
  EXPECT_EQ(mean_energy(frame), 0);
  Samples good(160, 1'000);
  concealment.good(good);
  EXPECT_LT(good[0], 100) << "blended in";
  EXPECT_EQ(good[159], 1'000);
  Samples next(160, 1'000);
  concealment.good(next);
  EXPECT_EQ(next[0], 1'000);
}

}  // namespace
}  // namespace cloudvno::media
