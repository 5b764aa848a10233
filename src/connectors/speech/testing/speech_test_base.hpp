// LocalSpeech on two threads, with a client for its provider and a clock moved by hand.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <future>

#include "connectors/speech/local_speech.hpp"
#include "connectors/speech/testing/script.hpp"
#include "protocol/http_io/testing/client_harness.hpp"
#include "protocol/media/wav.hpp"

namespace cloudvno::speech::testing {

using namespace std::chrono_literals;
using http_io::testing::ScriptedServer;
using voice::SoundPtr;

// A WAV of so many samples at full scale.
inline std::string wav_of(std::size_t samples) {
  const auto header =
      media::wav_header(media::WavCoding::mu_law, 1, static_cast<std::uint32_t>(samples));
  return std::string(header.begin(), header.end()) + std::string(samples, '\x80');
}

class SpeechTestBase : public ::testing::Test {
 protected:
  ~SpeechTestBase() override {
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

}  // namespace cloudvno::speech::testing
