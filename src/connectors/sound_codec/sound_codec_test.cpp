// Sound files through the codec, on a thread of its own.
#include "connectors/sound_codec/sound_codec.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <cmath>
#include <future>
#include <numbers>

#include "platform/net/runtime.hpp"
#include "protocol/media/wav.hpp"

namespace cloudvno::sound_codec {
namespace {

media::Samples tone(std::size_t size) {
  media::Samples samples(size);
  for (std::size_t i = 0; i < size; ++i) {
    samples[i] = static_cast<std::int16_t>(
        8'000 * std::sin(2 * std::numbers::pi * 440 * static_cast<double>(i) / 8'000));
  }
  return samples;
}

std::string wav_of(const media::Samples& samples) {
  const auto header =
      media::wav_header(media::WavCoding::pcm16, 1, static_cast<std::uint32_t>(samples.size() * 2));
  std::string bytes(header.begin(), header.end());
  bytes.append(reinterpret_cast<const char*>(samples.data()), samples.size() * 2);
  return bytes;
}

class SoundCodecTest : public ::testing::Test {
 protected:
  ~SoundCodecTest() override {
    control_.stop();
    workers_.stop();
  }
  template <class T>
  std::future<T> begin(net::Task<T> task) {
    return boost::asio::co_spawn(control_.executor(), std::move(task), boost::asio::use_future);
  }

  net::Loop control_{"control"};
  net::Loop workers_{"workers"};
  WorkerSoundCodec codec_{workers_.executor()};
};

TEST_F(SoundCodecTest, DecodesAWav) {
  const auto sound = begin(codec_.decode(wav_of(tone(8'000)))).get();
  ASSERT_TRUE(sound);
  EXPECT_EQ(sound->size(), 8'000u);
}

TEST_F(SoundCodecTest, DecodesTheMp3ThatItEncoded) {
  for (const int channels : {1, 2}) {
    const auto mp3 = begin(codec_.encode_mp3(tone(16'000), channels)).get();
    ASSERT_TRUE(mp3);
    const auto sound = begin(codec_.decode(*mp3)).get();
    ASSERT_TRUE(sound);
    // An MP3 is whole frames, with silence before and after.
    const auto length = 16'000u / static_cast<unsigned>(channels);
    EXPECT_GE(sound->size(), length);
    EXPECT_LT(sound->size(), length + 3'000);
  }
}

TEST_F(SoundCodecTest, AnswersNothingForOtherBytes) {
  for (const std::string bytes : {"", "RIFF", "RIFFxxxxWAVEfmt ", "<html></html>", "ID3"}) {
    EXPECT_FALSE(begin(codec_.decode(bytes)).get()) << bytes;
  }
}

TEST_F(SoundCodecTest, RefusesOtherNumbersOfChannels) {
  for (const int channels : {0, 3}) {
    const auto mp3 = begin(codec_.encode_mp3(tone(80), channels)).get();
    ASSERT_FALSE(mp3);
    EXPECT_EQ(mp3.error().code, Errc::invalid_parameter);
  }
}

TEST_F(SoundCodecTest, RefusesWhatComesWhenTheLineIsFull) {
  // The worker is busy with something else until it is let go.
  std::promise<void> go;
  boost::asio::post(workers_.executor(), [&] { go.get_future().wait(); });
  std::vector<std::future<voice::SoundPtr>> taken;
  const auto wav = wav_of(tone(800));
  for (std::size_t i = 0; i < WorkerSoundCodec::most_at_once + WorkerSoundCodec::most_waiting;
       ++i) {
    taken.push_back(begin(codec_.decode(wav)));
  }
  EXPECT_FALSE(begin(codec_.decode(wav)).get());
  const auto mp3 = begin(codec_.encode_mp3(tone(80), 1)).get();
  ASSERT_FALSE(mp3);
  EXPECT_EQ(mp3.error().code, Errc::service_unavailable);
  go.set_value();
  for (auto& one : taken) EXPECT_TRUE(one.get());
}

}  // namespace
}  // namespace cloudvno::sound_codec
