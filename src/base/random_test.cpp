// Random bytes.
#include "base/random.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>

namespace cloudvno {
namespace {

TEST(Random, FillsAnyCount) {
  for (const std::size_t count : {0u, 1u, 10u, 255u, 256u, 257u, 1'024u, 100'000u}) {
    EXPECT_EQ(random_bytes(count).size(), count);
  }
}

TEST(Random, NeverHandsOutTheSameBytesTwice) {
  // 16 bytes repeat by chance once in 2^64 such runs; a buffer used twice repeats at once.
  std::set<Bytes> seen;
  for (int i = 0; i < 10'000; ++i) EXPECT_TRUE(seen.insert(random_bytes(16)).second);
}

TEST(Random, HandsOutDifferentBytesInEachThread) {
  Bytes here = random_bytes(16);
  Bytes there;
  std::jthread([&] { there = random_bytes(16); }).join();
  EXPECT_NE(here, there);
}

TEST(Random, UsesEveryBitOfANumber) {
  std::uint64_t ones = 0;
  std::uint64_t zeros = 0;
  for (int i = 0; i < 200; ++i) {
    const auto number = random_u64();
    ones |= number;
    zeros |= ~number;
  }
  EXPECT_EQ(ones, ~std::uint64_t{0});
  EXPECT_EQ(zeros, ~std::uint64_t{0});
}

TEST(Random, SpreadsBytesEvenly) {
  std::array<int, 256> counts{};
  for (const auto byte : random_bytes(256 * 1'000)) ++counts[byte];
  // Six standard deviations of a count of 1,000.
  for (const int count : counts) EXPECT_NEAR(count, 1'000, 190);
}

}  // namespace
}  // namespace cloudvno
