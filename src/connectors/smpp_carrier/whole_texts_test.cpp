// Parts that share the outcome of one submit_sm.
#include "connectors/smpp_carrier/whole_texts.hpp"

#include <gtest/gtest.h>

namespace cloudvno::smpp_carrier {
namespace {

using messaging::SubmitOutcome;
using messaging::SubmitResult;

class WholeTextsTest : public ::testing::Test {
 protected:
  messaging::Submission part(int number) {
    messaging::Submission made;
    made.message = sid_;
    made.text = "the whole text";
    made.part.number = number;
    made.part.of = 3;
    return made;
  }
  // Whether the part leads; its outcome, if it is told, comes to `told_`.
  bool leads(int number) {
    WholeTexts::Done done = [this, number](SubmitOutcome outcome) { told_[number] = outcome; };
    return texts_.leads(part(number), done);
  }

  MessageSid sid_ = MessageSid::make(from_micros(1));
  WholeTexts texts_;
  std::map<int, SubmitOutcome> told_;
};

TEST_F(WholeTextsTest, LetTheFirstPartLeadAndTheOthersShareItsOutcomeWithoutItsId) {
  EXPECT_TRUE(leads(1));
  EXPECT_FALSE(leads(2));
  EXPECT_TRUE(told_.empty());
  texts_.settle(part(1), {SubmitResult::accepted, "77", 0});
  ASSERT_TRUE(told_.contains(2));
  EXPECT_EQ(told_[2].result, SubmitResult::accepted);
  EXPECT_EQ(told_[2].carrier_id, "");
  EXPECT_FALSE(leads(3));
  EXPECT_EQ(told_[3].result, SubmitResult::accepted);
  EXPECT_EQ(texts_.size(), 0u);
}

TEST_F(WholeTextsTest, BeginAnewAfterARefusal) {
  EXPECT_TRUE(leads(1));
  EXPECT_FALSE(leads(2));
  texts_.settle(part(1), {SubmitResult::throttled, {}, 0});
  EXPECT_EQ(told_[2].result, SubmitResult::throttled);
  EXPECT_EQ(texts_.size(), 0u);
  EXPECT_TRUE(leads(3));
  texts_.settle(part(3), {SubmitResult::accepted, "78", 0});
  EXPECT_FALSE(leads(1));
  EXPECT_FALSE(leads(2));
  EXPECT_EQ(texts_.size(), 0u);
}

TEST_F(WholeTextsTest, ForgetTheOldestOfTooManyThatAreNotWhole) {
  for (std::size_t i = 0; i < WholeTexts::most_answered + 5; ++i) {
    sid_ = MessageSid::make(from_micros(static_cast<std::int64_t>(i) * 1'000));
    EXPECT_TRUE(leads(1));
    texts_.settle(part(1), {SubmitResult::accepted, "77", 0});
  }
  EXPECT_EQ(texts_.size(), WholeTexts::most_answered);
}

TEST_F(WholeTextsTest, AreOfSeveralPartsWhoseTextIsKnown) {
  auto one = part(1);
  EXPECT_TRUE(WholeTexts::is_part(one));
  one.text.clear();
  EXPECT_FALSE(WholeTexts::is_part(one));
  one = part(1);
  one.part.of = 1;
  EXPECT_FALSE(WholeTexts::is_part(one));
}

}  // namespace
}  // namespace cloudvno::smpp_carrier
