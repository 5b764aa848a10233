// Putting parts of long texts together.
#include "protocol/sms/join.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/utf8.hpp"
#include "protocol/sms/data_coding.hpp"
#include "protocol/sms/split.hpp"

namespace cloudvno::sms {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Time start{Micros(1'767'225'600'000'000)};

InboundPart part(std::string_view text, int number, int total, std::uint16_t reference = 7) {
  return {"sender",
          "recipient",
          {reference, static_cast<std::uint8_t>(total), static_cast<std::uint8_t>(number), false},
          coding_ia5,
          to_bytes(text)};
}

TEST(Reassembly, JoinsPartsThatComeInOrder) {
  Reassembly join;
  EXPECT_THAT(join.add(part("one ", 1, 2), start), IsEmpty());
  const auto ready = join.add(part("two", 2, 2), start + 1s);
  ASSERT_THAT(ready, SizeIs(1));
  EXPECT_EQ(ready[0].text, "one two");
  EXPECT_TRUE(ready[0].complete());
  EXPECT_EQ(ready[0].first_at, start);
  EXPECT_EQ(ready[0].key.sender, "sender");
}

TEST(Reassembly, JoinsPartsThatComeInAnyOrder) {
  std::vector<int> order{1, 2, 3, 4};
  do {
    Reassembly join;
    std::vector<JoinedText> ready;
    for (const int number : order) {
      EXPECT_THAT(ready, IsEmpty());
      ready = join.add(part(std::to_string(number), number, 4), start);
    }
    ASSERT_THAT(ready, SizeIs(1));
    EXPECT_EQ(ready[0].text, "1234");
  } while (std::ranges::next_permutation(order).found);
}

TEST(Reassembly, IgnoresAPartThatCameBefore) {
  Reassembly join;
  join.add(part("one ", 1, 2), start);
  EXPECT_THAT(join.add(part("one ", 1, 2), start), IsEmpty());
  EXPECT_THAT(join.add(part("two", 2, 2), start), SizeIs(1));
  EXPECT_THAT(join.add(part("two", 2, 2), start + 60s), IsEmpty());
  EXPECT_THAT(join.add(part("one ", 1, 2), start + 61s), IsEmpty());
  EXPECT_THAT(join.expire(start + 1h), IsEmpty());
}

TEST(Reassembly, TakesTheSameTextAgainOnceItIsForgotten) {
  Reassembly join;
  join.add(part("one ", 1, 2), start);
  join.add(part("two", 2, 2), start);
  EXPECT_THAT(join.add(part("one ", 1, 2), start + 2min), IsEmpty());
  EXPECT_THAT(join.add(part("two", 2, 2), start + 2min), SizeIs(1));
}

TEST(Reassembly, KeepsTextsApartByWhoSentThemToWhomAndTheirReference) {
  Reassembly join;
  auto other_sender = part("b", 1, 2);
  other_sender.sender = "another";
  auto other_recipient = part("c", 1, 2);
  other_recipient.recipient = "another";
  auto wide = part("d", 1, 2);
  wide.concatenation.wide_reference = true;
  for (const auto& each : {part("a", 1, 2), other_sender, other_recipient, wide, part("e", 1, 2, 8),
                           part("f", 1, 3)}) {
    EXPECT_THAT(join.add(each, start), IsEmpty());
  }
  EXPECT_EQ(join.texts(), 6u);
  EXPECT_EQ(join.add(part("!", 2, 2), start).at(0).text, "a!");
}

TEST(Reassembly, AnswersWithGapsWhenTheTimeOutPasses) {
  Reassembly join;
  join.add(part("b", 2, 6), start);
  join.add(part("c", 3, 6), start + 9min);
  join.add(part("e", 5, 6), start + 9min);
  EXPECT_EQ(join.next_deadline(), start + 10min);
  EXPECT_THAT(join.expire(start + 10min - 1us), IsEmpty());
  const auto ready = join.expire(start + 10min);
  ASSERT_THAT(ready, SizeIs(1));
  EXPECT_EQ(ready[0].text, "[...]bc[...]e[...]");
  EXPECT_EQ(ready[0].received, 3);
  EXPECT_FALSE(ready[0].complete());
  EXPECT_EQ(join.next_deadline(), std::nullopt);
  EXPECT_EQ(join.octets(), 0u);
}

TEST(Reassembly, NamesTheNextTimeAtWhichItHasSomethingToDo) {
  Reassembly join;
  EXPECT_EQ(join.next_deadline(), std::nullopt);
  join.add(part("a", 1, 2, 1), start);
  EXPECT_EQ(join.next_deadline(), start + 10min);
  join.add(part("b", 1, 2, 2), start + 1min);
  join.add(part("b", 2, 2, 2), start + 1min);
  EXPECT_EQ(join.next_deadline(), start + 3min);  // forgets the second
  EXPECT_THAT(join.expire(start + 3min), IsEmpty());
  EXPECT_EQ(join.texts(), 1u);
  EXPECT_EQ(join.next_deadline(), start + 10min);
}

TEST(Reassembly, AnswersAPartThatComesAfterTheTimeOutByItself) {
  Reassembly join;
  join.add(part("a", 1, 2), start);
  const auto first = join.add(part("b", 2, 2), start + 10min);
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_EQ(first[0].text, "a[...]");
  const auto second = join.expire(start + 20min);
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_EQ(second[0].text, "[...]b");
}

TEST(Reassembly, GivesUpAnOldTextWhenItsReferenceComesAgainWithOtherContent) {
  Reassembly join;
  join.add(part("old", 1, 2), start);
  const auto given_up = join.add(part("new ", 1, 2), start + 1min);
  ASSERT_THAT(given_up, SizeIs(1));
  EXPECT_EQ(given_up[0].text, "old[...]");
  EXPECT_EQ(join.add(part("text", 2, 2), start + 2min).at(0).text, "new text");
}

TEST(Reassembly, BeginsANewTextWithTheReferenceOfAnAnsweredOne) {
  Reassembly join;
  join.add(part("a", 1, 2), start);
  join.add(part("b", 2, 2), start);
  EXPECT_THAT(join.add(part("c", 1, 2), start + 1s), IsEmpty());
  EXPECT_EQ(join.add(part("d", 2, 2), start + 1s).at(0).text, "cd");
}

TEST(Reassembly, AnswersATextOfOnePartEachTimeItComes) {
  Reassembly join;
  EXPECT_EQ(join.add(part("ok", 1, 1), start).at(0).text, "ok");
  EXPECT_EQ(join.add(part("ok", 1, 1), start).at(0).text, "ok");
  EXPECT_EQ(join.texts(), 0u);
}

TEST(Reassembly, TakesAPartWithAnImpossibleNumberAsATextByItself) {
  Reassembly join;
  for (const auto& odd : {part("x", 0, 2), part("x", 3, 2), part("x", 0, 0)}) {
    const auto ready = join.add(odd, start);
    ASSERT_THAT(ready, SizeIs(1));
    EXPECT_EQ(ready[0].text, "x");
    EXPECT_TRUE(ready[0].complete());
  }
}

TEST(Reassembly, ReadsAPairThatTheSenderCutOverTwoParts) {
  Reassembly join;
  auto high = part("", 1, 2);
  high.data_coding = coding_ucs2;
  high.text = {0xD8, 0x3D};
  auto low = part("", 2, 2);
  low.data_coding = coding_ucs2;
  low.text = {0xDE, 0x00};
  join.add(low, start);
  EXPECT_EQ(join.add(high, start).at(0).text, "😀");
}

TEST(Reassembly, ReadsPartsOfDifferentCodingsEachByItsOwn) {
  Reassembly join;
  auto second = part("", 2, 2);
  second.data_coding = coding_ucs2;
  second.text = {0x04, 0x2F};
  join.add(part("a", 1, 2), start);
  EXPECT_EQ(join.add(second, start).at(0).text, "aЯ");
}

TEST(Reassembly, GivesUpTheOldestTextBeyondItsLimitOfTexts) {
  Reassembly join({.most_texts = 2});
  join.add(part("a", 1, 2, 1), start);
  join.add(part("b", 1, 2, 2), start);
  const auto ready = join.add(part("c", 1, 2, 3), start);
  ASSERT_THAT(ready, SizeIs(1));
  EXPECT_EQ(ready[0].text, "a[...]");
  EXPECT_EQ(join.texts(), 2u);
}

TEST(Reassembly, ForgetsAnAnsweredTextBeforeItGivesUpAWaitingOne) {
  Reassembly join({.most_texts = 2});
  join.add(part("a", 1, 2, 1), start);
  join.add(part("b", 1, 2, 2), start);
  join.add(part("b", 2, 2, 2), start);
  EXPECT_THAT(join.add(part("c", 1, 2, 3), start), IsEmpty());
  EXPECT_EQ(join.add(part("a", 2, 2, 1), start).at(0).text, "aa");
}

TEST(Reassembly, StaysWithinItsLimitOfOctetsUnderAFlood) {
  Reassembly join({.most_octets = 10'000});
  std::size_t answered = 0;
  for (int i = 0; i < 5'000; ++i) {
    const std::string text(static_cast<std::size_t>(i % 3'000), 'x');
    answered += join.add(part(text, i % 255 + 1, 255, static_cast<std::uint16_t>(i)), start).size();
    ASSERT_LE(join.octets(), 10'000u);
  }
  EXPECT_EQ(answered + join.texts(), 5'000u);
}

TEST(Reassembly, GivesBackAnySplitTextThroughShufflingAndDuplicates) {
  for (std::uint32_t seed = 1; seed <= 500; ++seed) {
    std::mt19937 random(seed);
    std::string text;
    const bool gsm = random() % 2 == 0;
    for (auto left = 161 + random() % 1'400; left > 0; --left) {
      append_utf8(text, gsm ? U"ab€^{ "[random() % 6] : random() % 0x11000);
    }
    const auto split = split_text(text, static_cast<std::uint16_t>(seed)).value();
    std::vector<InboundPart> parts;
    for (const auto& sent : split.parts) {
      Bytes octets = sent.udh;
      octets.insert(octets.end(), sent.user_data.begin(), sent.user_data.end());
      const auto read = parse_user_data(octets);
      ASSERT_TRUE(read && read->concatenation) << "seed " << seed;
      const InboundPart one{"s", "r", *read->concatenation,
                            split.encoding == Encoding::gsm7 ? coding_gsm7 : coding_ucs2,
                            Bytes(read->text.begin(), read->text.end())};
      parts.insert(parts.end(), 1 + random() % 2, one);
    }
    std::ranges::shuffle(parts, random);
    Reassembly join;
    std::vector<JoinedText> ready;
    for (auto& one : parts) {
      for (auto& text_ready : join.add(std::move(one), start)) ready.push_back(text_ready);
    }
    ASSERT_THAT(ready, SizeIs(1)) << "seed " << seed;
    ASSERT_EQ(ready[0].text, text) << "seed " << seed;
  }
}

}  // namespace
}  // namespace cloudvno::sms
