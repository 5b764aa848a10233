// Speech by the real flite, and by programs in place of espeak-ng.
#include "connectors/speech/testing/speech_test_base.hpp"

namespace cloudvno::speech {
namespace {

using namespace std::chrono_literals;
using testing::Script;
using testing::wav_of;
using voice::SoundPtr;

class LocalSpeechTest : public testing::SpeechTestBase {};

constexpr std::size_t second = 8'000;

// Writes the WAV as a line for printf(1).
std::string print(const std::string& bytes) {
  std::string line = "printf '";
  for (const char c : bytes) line += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
  return line + "'";
}

media::Samples samples_of(const SoundPtr& sound) {
  media::Samples samples(sound->size());
  media::decode_g711(media::Law::mu, sound->bytes(media::Law::mu), samples);
  return samples;
}

TEST_F(LocalSpeechTest, SpeaksEnglish) {
  open({});
  const std::string text = "Thank you for calling. Please press one for sales, or two for support.";
  for (const auto* const voice : {"man", "woman", "Polly.Brian"}) {
    const auto sound = speak(text, voice, "");
    ASSERT_TRUE(sound) << voice;
    EXPECT_GT((*sound)->size(), 3 * second) << voice;
    EXPECT_LT((*sound)->size(), 8 * second) << voice;
    EXPECT_GT(media::mean_energy(samples_of(*sound)), 100 * 100) << voice;
  }
}

TEST_F(LocalSpeechTest, OfNothingToSayMakesSilence) {
  open({});
  for (const std::string text : {"", " ", "\u4e2d\u6587"}) {
    const auto sound = speak(text, "", "en");
    ASSERT_TRUE(sound);
    EXPECT_EQ((*sound)->size(), 0u);
  }
}

TEST_F(LocalSpeechTest, SpeaksOtherLanguagesByTheRealProgram) {
  if (std::system("espeak-ng --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no espeak-ng";
  open({});
  const std::tuple<const char*, const char*, const char*> cases[] = {
      {"Guten Tag, wie geht es Ihnen heute?", "Polly.Vicki", ""},
      {"Guten Tag, wie geht es Ihnen heute?", "man", "de-DE"},
      {"Bonjour, comment allez-vous aujourd'hui?", "woman", "fr-CA"},
      {"Buenos d\u00edas, \u00bfc\u00f3mo est\u00e1 usted?", "", "es-MX"},
      {"\u041a\u0430\u043a \u0432\u0430\u0448\u0438 \u0434\u0435\u043b\u0430?", "", "ru-RU"},
      {"\u60a8\u597d\uff0c\u4eca\u5929\u600e\u4e48\u6837\uff1f", "Polly.Zhiyu", ""},
      {"-v en --version [[h@l'oU]]", "", "it"}};
  for (const auto& [text, voice, language] : cases) {
    const auto sound = speak(text, voice, language);
    ASSERT_TRUE(sound) << voice << language << sound.error().detail;
    EXPECT_GT((*sound)->size(), second / 2) << voice << language;
    EXPECT_LT((*sound)->size(), 10 * second) << voice << language;
    EXPECT_GT(media::mean_energy(samples_of(*sound)), 100 * 100) << voice << language;
  }
}

TEST_F(LocalSpeechTest, GivesTheTextToTheProgramByItsInput) {
  const Script espeak("cat >\"$here/text\"; echo \"$@\" >\"$here/arguments\"; " +
                      print(wav_of(400)));
  open_with(espeak);
  const auto sound = speak("Hallo [[Welt]]\x01 $(id)", "woman", "de-DE");
  ASSERT_TRUE(sound) << sound.error().detail;
  EXPECT_EQ((*sound)->size(), 400u);
  EXPECT_EQ(espeak.wrote("text"), "Hallo [ [Welt]]  $(id)\n");
  EXPECT_EQ(espeak.wrote("arguments"), "--stdin --stdout -b 1 -v de+f2\n");
}

TEST_F(LocalSpeechTest, SaysWhatToInstall) {
  SpeechOptions options;
  options.espeak_path = "/nonexistent/espeak-ng";
  open(std::move(options));
  const auto sound = speak("Hallo", "", "de");
  expect_unavailable(sound);
  EXPECT_TRUE(sound.error().text.contains("espeak-ng"));
  EXPECT_TRUE(speak("Hello", "", "en"));
}

TEST_F(LocalSpeechTest, OutlivesAProgramThatMisbehaves) {
  const auto with = [&](const std::string& lines, std::chrono::milliseconds deadline = 20s) {
    const Script espeak(lines);
    open_with(espeak, deadline);
    auto sound = speak("Hallo", "", "de");
    begin(stopped()).get();
    return sound;
  };
  expect_unavailable(with("exec sleep 1000", 200ms));
  expect_unavailable(with("kill -SEGV $$"));
  expect_unavailable(with(print(wav_of(400)) + "; exit 1"));
  expect_unavailable(with("echo garbage"));
  expect_unavailable(with("exit 0"));
  expect_unavailable(with(print(wav_of(0))));
  expect_unavailable(with("exec head -c 1000000000 /dev/zero"));
}

TEST_F(LocalSpeechTest, RefusesLanguagesThatNobodyHereSpeaks) {
  open({});
  const auto sound = speak("nuqneH", "", "tlh");
  ASSERT_FALSE(sound);
  EXPECT_EQ(sound.error().code, Errc::invalid_parameter);
  EXPECT_FALSE(sound.error().text.empty());
}

TEST_F(LocalSpeechTest, RefusesTextsThatAreTooLong) {
  open({});
  const auto sound = speak(std::string(16'385, 'x'), "", "en");
  ASSERT_FALSE(sound);
  EXPECT_EQ(sound.error().code, Errc::invalid_parameter);
}

// Each run leaves a line.
TEST_F(LocalSpeechTest, SpeaksTheSameOnceForAllWhoAsk) {
  const Script espeak("echo run >>\"$here/runs\"; " + print(wav_of(400)));
  open_with(espeak);
  std::vector<std::future<Result<SoundPtr>>> all;
  {
    // All are there before the first step of any.
    std::promise<void> go;
    boost::asio::post(control_.executor(), [&] { go.get_future().wait(); });
    for (int i = 0; i < 20; ++i) all.push_back(ask("Hallo", "", "de"));
    go.set_value();
  }
  SoundPtr first;
  for (auto& one : all) {
    const auto sound = one.get();
    ASSERT_TRUE(sound);
    if (!first) first = *sound;
    EXPECT_EQ(*sound, first);
  }
  EXPECT_EQ(*speak("Hallo", "", "de"), first);
  EXPECT_EQ(espeak.wrote("runs"), "run\n");
  EXPECT_NE(*speak("Hallo", "man", "de"), first);
  EXPECT_EQ(espeak.wrote("runs"), "run\nrun\n");
}

TEST_F(LocalSpeechTest, RunsTwoProgramsAtOnceAndRefusesBeyondItsLine) {
  // Each run counts those that are under way.
  const Script espeak(
      "mkdir \"$here/a\" 2>/dev/null || mkdir \"$here/b\" 2>/dev/null || "
      "echo third >\"$here/third\"; cat >/dev/null; " +
      print(wav_of(400)) + "; rmdir \"$here/b\" 2>/dev/null || rmdir \"$here/a\"");
  open_with(espeak);
  const auto room = Espeak::most_at_once + Espeak::most_waiting;
  std::vector<std::future<Result<SoundPtr>>> all;
  std::promise<void> go;
  boost::asio::post(control_.executor(), [&] { go.get_future().wait(); });
  for (std::size_t i = 0; i < room + 5; ++i) all.push_back(ask(std::to_string(i), "", "de"));
  go.set_value();
  std::size_t spoken = 0;
  for (auto& one : all) {
    const auto sound = one.get();
    if (sound) {
      ++spoken;
    } else {
      EXPECT_EQ(sound.error().code, Errc::service_unavailable);
    }
  }
  EXPECT_EQ(spoken, room);
  EXPECT_EQ(espeak.wrote("third"), "");
}

TEST_F(LocalSpeechTest, DoesNotKeepItsCallerBeyondItsTime) {
  const Script espeak("exec sleep 1000");
  SpeechOptions options;
  options.espeak_path = espeak.path();
  options.espeak_deadline = 20s;
  options.deadline = 50ms;
  open(std::move(options));
  expect_unavailable(speak("Hallo", "", "de"));
  // And stop(), in the destructor, does not wait for the program.
}

TEST_F(LocalSpeechTest, RefusesMoreThanItRuns) {
  const Script espeak("exec sleep 1000");
  SpeechOptions options;
  options.espeak_path = espeak.path();
  options.deadline = 100ms;
  options.most_running = 1;
  open(std::move(options));
  auto first = ask("Hallo", "", "de");
  expect_unavailable(speak("Hello", "", "en"));
  expect_unavailable(first.get());
}

}  // namespace
}  // namespace cloudvno::speech
