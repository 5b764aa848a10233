// Range headers (RFC 9110 section 14.1.2).
#include "domain/voice/byte_range.hpp"

#include <gtest/gtest.h>

namespace cloudvno::voice {
namespace {

void expect(std::string_view header, std::int64_t first, std::int64_t last) {
  const auto asked = parse_range(header, 1'000);
  ASSERT_TRUE(asked.range) << header;
  EXPECT_EQ(asked.range->first, first) << header;
  EXPECT_EQ(asked.range->last, last) << header;
}

TEST(ByteRange, IsWithinTheFile) {
  expect("bytes=0-0", 0, 0);
  expect("bytes=10-99", 10, 99);
  expect("bytes=990-", 990, 999);
  expect("bytes=990-5000", 990, 999);
  expect("bytes=-10", 990, 999);
  expect("bytes=-5000", 0, 999);
}

TEST(ByteRange, OfNothingSensibleIsTheWholeFile) {
  for (const auto* header : {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=9-5",
                             "items=0-1", "bytes=0-1,5-6", "bytes=1-2x", "bytes=--1"}) {
    const auto asked = parse_range(header, 1'000);
    EXPECT_FALSE(asked.range) << header;
    EXPECT_TRUE(asked.satisfiable) << header;
  }
}

TEST(ByteRange, BehindTheEndCannotBeAnswered) {
  EXPECT_FALSE(parse_range("bytes=1000-", 1'000).satisfiable);
  EXPECT_FALSE(parse_range("bytes=-0", 1'000).satisfiable);
}

}  // namespace
}  // namespace cloudvno::voice
