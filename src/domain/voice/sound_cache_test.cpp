// What the cache keeps.
#include "domain/voice/sound_cache.hpp"

#include <gtest/gtest.h>

namespace cloudvno::voice {
namespace {

SoundPtr sound_of(std::size_t samples) {
  return std::make_shared<const media::Prompt>(media::Samples(samples));
}

TEST(SoundCache, ForgetsTheLeastRecentlyUsed) {
  SoundCache cache(25'000);  // two of 10,000 bytes
  cache.put("a", sound_of(5'000));
  cache.put("b", sound_of(5'000));
  EXPECT_TRUE(cache.find("a"));
  cache.put("c", sound_of(5'000));
  EXPECT_TRUE(cache.find("a"));
  EXPECT_FALSE(cache.find("b"));
  EXPECT_TRUE(cache.find("c"));
  EXPECT_LE(cache.bytes(), 25'000u);
}

TEST(SoundCache, ForgetsWhatItsTimeIsOver) {
  SoundCache cache(25'000);
  const auto now = from_micros(1'767'225'600'000'000);
  cache.put("a", sound_of(10), now + std::chrono::seconds(5));
  EXPECT_TRUE(cache.find("a", now));
  EXPECT_FALSE(cache.find("a", now + std::chrono::seconds(5)));
  EXPECT_EQ(cache.bytes(), 0u);
}

TEST(SoundCache, KeepsWithinItsBoundWhateverComes) {
  SoundCache cache(10'000);
  cache.put("large", sound_of(5'000));
  EXPECT_FALSE(cache.find("large"));
  EXPECT_EQ(cache.bytes(), 0u);
  for (int i = 0; i < 1'000; ++i) cache.put(std::to_string(i), sound_of(0));
  EXPECT_LE(cache.bytes(), 10'000u);
  EXPECT_TRUE(cache.find("999"));
  cache.put("999", sound_of(100));  // the first one stays
  EXPECT_EQ(cache.find("999")->size(), 0u);
}

}  // namespace
}  // namespace cloudvno::voice
