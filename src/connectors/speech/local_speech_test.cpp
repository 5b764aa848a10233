// Speech by the real flite, by programs in place of espeak-ng, and by a provider's server.
#include "connectors/speech/local_speech.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <future>

#include "connectors/speech/testing/script.hpp"
#include "protocol/http_io/testing/client_harness.hpp"
#include "protocol/media/wav.hpp"

namespace cloudvno::speech {
namespace {

using namespace std::chrono_literals;
using http_io::testing::Peer;
using http_io::testing::ScriptedServer;
using testing::Script;
using voice::SoundPtr;

constexpr std::size_t second = 8'000;

// A WAV of so many samples at full scale.
std::string wav_of(std::size_t samples) {
  const auto header =
      media::wav_header(media::WavCoding::mu_law, 1, static_cast<std::uint32_t>(samples));
  return std::string(header.begin(), header.end()) + std::string(samples, '\x80');
}

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

class LocalSpeechTest : public ::testing::Test {
 protected:
  ~LocalSpeechTest() override {
    if (speech_) begin(stopped()).get();
    control_.stop();
    workers_.stop();
  }

  void open(SpeechOptions options) {
    speech_.emplace(control_.executor(), workers_.executor(), clock_, &http_.client,
                    std::move(options));
  }
  void open_with(const Script& espeak, std::chrono::milliseconds deadline = 20s) {
    SpeechOptions options;
    options.espeak_path = espeak.path();
    options.espeak_deadline = deadline;
    open(std::move(options));
  }
  void open_with(const ScriptedServer& provider) {
    SpeechOptions options;
    options.provider_url = http_io::testing::url_of(provider);
    options.provider_headers.add("Authorization", "Bearer abc");
    options.espeak_path = "/nonexistent";
    open(std::move(options));
  }

  template <class T>
  std::future<T> begin(net::Task<T> task) {
    return boost::asio::co_spawn(control_.executor(), std::move(task), boost::asio::use_future);
  }
  std::future<Result<SoundPtr>> ask(std::string text, std::string voice, std::string language) {
    return begin(speech_->speak({std::move(text), std::move(voice), std::move(language)}));
  }
  Result<SoundPtr> speak(std::string text, std::string voice, std::string language) {
    return ask(std::move(text), std::move(voice), std::move(language)).get();
  }
  net::Task<bool> stopped() {
    co_await speech_->stop();
    co_return true;
  }
  void expect_unavailable(const Result<SoundPtr>& got) {
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, Errc::service_unavailable);
  }

  ManualClock clock_;
  net::Loop control_{"control"};
  net::Loop workers_{"workers"};
  http_io::testing::ClientHarness http_;
  std::optional<LocalSpeech> speech_;
};

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

// Each run leaves a line; the first waits at a pipe until the test opens it.
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

TEST_F(LocalSpeechTest, AsksTheProviderFirst) {
  std::string seen;
  ScriptedServer provider([&](Peer& peer, int) {
    seen = peer.read_request();
    const auto wav = wav_of(800);
    peer.send(fmt::format("HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nConnection: close\r\n"
                          "Content-Length: {}\r\n\r\n",
                          wav.size()) +
              wav);
  });
  open_with(provider);
  const auto sound = speak("nuqneH \"x\"", "own", "tlh");
  ASSERT_TRUE(sound);
  EXPECT_EQ((*sound)->size(), 800u);
  EXPECT_TRUE(seen.starts_with("POST /hook?x=1 HTTP/1.1\r\n"));
  EXPECT_TRUE(seen.contains("Authorization: Bearer abc\r\n"));
  EXPECT_TRUE(seen.ends_with(R"({"text":"nuqneH \"x\"","voice":"own","language":"tlh"})")) << seen;
}

TEST_F(LocalSpeechTest, FallsBackWhereTheProviderRefuses) {
  ScriptedServer provider([](Peer& peer, int number) {
    peer.read_request();
    peer.send(number == 0 ? "HTTP/1.1 404 No\r\nConnection: close\r\n\r\n"
                          : "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<html>");
  });
  open_with(provider);
  EXPECT_TRUE(speak("Hello", "", "en"));
  EXPECT_TRUE(speak("Hello again", "", "en"));
  EXPECT_EQ(provider.accepted(), 2);
}

TEST_F(LocalSpeechTest, LeavesAFailingProviderAloneForAWhile) {
  ScriptedServer provider([](Peer& peer, int) {
    peer.read_request();
    peer.send("HTTP/1.1 503 Busy\r\nConnection: close\r\n\r\n");
  });
  open_with(provider);
  EXPECT_TRUE(speak("one", "", "en"));
  EXPECT_TRUE(speak("two", "", "en"));
  EXPECT_EQ(provider.accepted(), 1);
  clock_.advance(Provider::rest);
  EXPECT_TRUE(speak("three", "", "en"));
  EXPECT_EQ(provider.accepted(), 2);
}

TEST_F(LocalSpeechTest, WaitsForTheProviderNoLongerThanItsTime) {
  ScriptedServer provider([](Peer& peer, int) {
    peer.read_request();
    peer.wait_for_end();
  });
  SpeechOptions options;
  options.provider_url = http_io::testing::url_of(provider);
  options.provider_timeout = 50ms;
  open(std::move(options));
  EXPECT_TRUE(speak("Hello", "", "en"));
}

TEST_F(LocalSpeechTest, WorksWithAProviderUrlThatIsNone) {
  SpeechOptions options;
  options.provider_url = "not a URL";
  open(std::move(options));
  EXPECT_TRUE(speak("Hello", "", "en"));
}

}  // namespace
}  // namespace cloudvno::speech
