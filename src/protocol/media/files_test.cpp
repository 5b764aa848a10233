// WAV and MP3: what is written is read back; other codings; broken and hostile files.
#include <gtest/gtest.h>

#include "protocol/media/mp3.hpp"
#include "protocol/media/resample.hpp"
#include "protocol/media/tones.hpp"
#include "protocol/media/wav.hpp"

namespace cloudvno::media {
namespace {

void append(Bytes& out, std::uint32_t value, int count) {
  for (; count != 0; --count, value >>= 8) out.push_back(static_cast<std::uint8_t>(value));
}
Bytes wav(std::uint32_t coding, std::uint32_t channels, std::uint32_t rate, std::uint32_t bits,
          const Bytes& data) {
  Bytes out = to_bytes("RIFF....WAVEfmt ");
  append(out, 16, 4);
  append(out, coding, 2);
  append(out, channels, 2);
  append(out, rate, 4);
  append(out, 0, 4);  // bytes a second and a frame, which nobody needs
  append(out, 0, 2);
  append(out, bits, 2);
  const Bytes other = to_bytes("LIST\x03");
  out.insert(out.end(), other.begin(), other.end());
  append(out, 0, 3);
  append(out, 0, 4);  // a chunk of three bytes and its padding
  const Bytes name = to_bytes("data");
  out.insert(out.end(), name.begin(), name.end());
  append(out, static_cast<std::uint32_t>(data.size()), 4);
  out.insert(out.end(), data.begin(), data.end());
  return out;
}
int crossings(SampleView samples) {
  int count = 0;
  for (std::size_t i = 1; i < samples.size(); ++i) count += samples[i - 1] < 0 && samples[i] >= 0;
  return count;
}

TEST(Wav, ReadsBackWhatItWrites) {
  const Samples samples = {0, 1, -1, 32'767, -32'768};
  auto header = wav_header(WavCoding::pcm16, 1, 10);
  Bytes file(header.begin(), header.end());
  for (std::int16_t sample : samples) append(file, static_cast<std::uint16_t>(sample), 2);
  auto read = read_wav(file);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, samples);
  EXPECT_EQ(file.size() - 8, file[4] + file[5] * 256u);
}

TEST(Wav, ReadsEachCoding) {
  EXPECT_EQ(*read_wav(wav(1, 1, 8'000, 8, {128, 0, 255})), (Samples{0, -32'768, 32'512}));
  EXPECT_EQ(*read_wav(wav(1, 1, 8'000, 24, {9, 0x34, 0x12})), (Samples{0x1234}));
  EXPECT_EQ(*read_wav(wav(1, 2, 8'000, 16, {10, 0, 20, 0})), (Samples{15}));
  EXPECT_EQ(*read_wav(wav(7, 1, 8'000, 8, {0x80})), (Samples{32'124}));
  EXPECT_EQ(*read_wav(wav(6, 1, 8'000, 8, {0xaa})), (Samples{32'256}));
}

TEST(Wav, CutsWhatIsNotThereAndRefusesWhatItCannotRead) {
  Bytes file = wav(1, 1, 8'000, 16, {1, 0, 2, 0});
  file[file.size() - 5] = 0xff;  // the size of the data: 4 GB
  EXPECT_EQ(*read_wav(file), (Samples{1, 2}));
  EXPECT_EQ(read_wav(wav(85, 1, 8'000, 16, {1, 0})).error().code, Errc::unsupported_media_type);
  EXPECT_FALSE(read_wav(wav(1, 0, 8'000, 16, {1, 0})));
  EXPECT_FALSE(read_wav(wav(1, 1, 0, 16, {1, 0})));
  EXPECT_FALSE(read_wav(wav(1, 1, 8'000, 12, {1, 0})));
  EXPECT_FALSE(read_wav(to_bytes("RIFF....WAVE")));
  EXPECT_FALSE(read_wav({}));
  EXPECT_EQ(read_wav(wav(7, 1, 4'000, 8, Bytes(4'000 * 3'601 + 8'000, 0))).error().code,
            Errc::body_too_large);
}

TEST(Resample, KeepsATonesPitchAndLength) {
  for (int rate : {11'025, 16'000, 22'050, 24'000, 32'000, 44'100, 48'000}) {
    Samples second;
    for (int i = 0; i < rate; ++i)
      second.push_back(
          static_cast<std::int16_t>(10'000 * std::sin(i * 2 * 3.14159265 * 500 / rate)));
    auto out = to_8khz(second, rate);
    ASSERT_TRUE(out);
    EXPECT_NEAR(static_cast<double>(out->size()), 8'000, 2) << rate;
    EXPECT_NEAR(crossings(*out), 500, 3) << rate;
    EXPECT_NEAR(static_cast<double>(mean_energy(*out)), 5e7, 5e6) << rate;
  }
  EXPECT_FALSE(to_8khz({1}, 1));
  EXPECT_TRUE(to_8khz({1}, 44'100)->empty()) << "less than a sample of ours";
  EXPECT_EQ(to_8khz({1, 1, 1}, 44'100)->size(), 1u);
}

TEST(Mp3, DecodesWhatItEncodes) {
  Samples tone;
  add_tone(tone, 500, 0, Milliseconds(2'000), 10'000);
  for (int channels : {1, 2}) {
    Mp3Writer writer(channels);
    Bytes file;
    Samples interleaved;
    for (auto sample : tone)
      interleaved.insert(interleaved.end(), static_cast<std::size_t>(channels), sample);
    const std::size_t half = interleaved.size() / 2;
    writer.write(SampleView(interleaved).first(half), file);
    writer.write(SampleView(interleaved).subspan(half), file);
    writer.finish(file);
    auto read = read_mp3(file);
    ASSERT_TRUE(read) << channels;
    EXPECT_NEAR(static_cast<double>(read->size()), 16'000, 2'500);
    EXPECT_NEAR(crossings(SampleView(*read).subspan(4'000, 8'000)), 500, 3);
  }
}

TEST(Mp3, RefusesWhatIsNone) {
  EXPECT_EQ(read_mp3(Bytes(10'000, 0x55)).error().code, Errc::unsupported_media_type);
  EXPECT_FALSE(read_mp3({}));
  EXPECT_FALSE(read_mp3(to_bytes("ID3\x04....")));
}

}  // namespace
}  // namespace cloudvno::media
