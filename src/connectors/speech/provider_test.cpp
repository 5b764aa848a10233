// Speech by a provider's server, and what happens where it fails.
#include "connectors/speech/provider.hpp"

#include "connectors/speech/testing/speech_test_base.hpp"

namespace cloudvno::speech {
namespace {

using namespace std::chrono_literals;
using http_io::testing::Peer;
using http_io::testing::ScriptedServer;
using testing::wav_of;

class ProviderTest : public testing::SpeechTestBase {};

TEST_F(ProviderTest, AsksTheProviderFirst) {
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

TEST_F(ProviderTest, FallsBackWhereTheProviderRefuses) {
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

TEST_F(ProviderTest, LeavesAFailingProviderAloneForAWhile) {
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

TEST_F(ProviderTest, WaitsForTheProviderNoLongerThanItsTime) {
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

TEST_F(ProviderTest, WorksWithAProviderUrlThatIsNone) {
  SpeechOptions options;
  options.provider_url = "not a URL";
  open(std::move(options));
  EXPECT_TRUE(speak("Hello", "", "en"));
}

}  // namespace
}  // namespace cloudvno::speech
