// What is kept of handsets, who sees it, and what is forgotten.
#include "connectors/simulator/conversations.hpp"

#include <gmock/gmock.h>

#include "base/clock.hpp"

namespace cloudvno::simulator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ConversationsTest : public ::testing::Test {
 protected:
  static PhoneNumber number(std::string_view text) { return *PhoneNumber::parse(text); }
  std::int64_t say(const Pair& pair, std::string body, bool from_handset = false) {
    Text text;
    text.body = std::move(body);
    text.from_handset = from_handset;
    text.created_at = clock_.now();
    return conversations_.add(pair, text);
  }
  std::vector<std::string> bodies(std::int64_t after = 0) const {
    std::vector<std::string> all;
    for (const auto& text : conversations_.texts(ada_, lines_, after)) all.push_back(text.body);
    return all;
  }

  ManualClock clock_;
  PhoneNumber ada_ = number("+12015550100");
  PhoneNumber eve_ = number("+12015550199");
  PhoneNumber line_ = number("+14155550142");
  PhoneNumber other_line_ = number("+14155550143");
  PhoneNumber strange_line_ = number("+14155550144");
  Time start_ = clock_.now();
  std::vector<HeldLine> lines_{{line_, start_}, {other_line_, start_}};
  Conversations conversations_{start_};
};

TEST_F(ConversationsTest, ShowsTextsOfAllHeldLinesInTheirOrder) {
  say({line_, ada_}, "one");
  say({other_line_, ada_}, "two", true);
  say({line_, ada_}, "three");
  EXPECT_THAT(bodies(), ElementsAre("one", "two", "three"));
}

TEST_F(ConversationsTest, ShowsNothingOfLinesThatTheCallerDoesNotHold) {
  say({strange_line_, ada_}, "secret");
  say({strange_line_, eve_}, "secret");
  EXPECT_THAT(bodies(), IsEmpty());
  EXPECT_THAT(conversations_.handsets(lines_, 100), IsEmpty());
}

TEST_F(ConversationsTest, ShowsNothingOfWhatWasSaidBeforeTheLineWasHeld) {
  say({line_, ada_}, "of the holder before");
  conversations_.set_behavior({line_, eve_}, Behavior::off, clock_.now());
  clock_.advance(std::chrono::hours(1));
  lines_[0].since = clock_.now();
  EXPECT_THAT(bodies(), IsEmpty());
  EXPECT_THAT(conversations_.handsets(lines_, 100), IsEmpty());
  EXPECT_FALSE(conversations_.summary(ada_, lines_).last);
  EXPECT_EQ(conversations_.summary(eve_, lines_).behavior, Behavior::at_once);
}

TEST_F(ConversationsTest, TellsWhatIsNewAndWhatChangedAfterARevision) {
  const auto first = say({line_, ada_}, "one");
  say({line_, ada_}, "two");
  const auto cursor = conversations_.revision();
  EXPECT_THAT(bodies(cursor), IsEmpty());
  conversations_.settle({line_, ada_}, first, TextState::undelivered, "why");
  const auto changed = conversations_.texts(ada_, lines_, cursor);
  ASSERT_THAT(changed, SizeIs(1));
  EXPECT_EQ(changed[0].id, first);
  EXPECT_EQ(changed[0].state, TextState::undelivered);
  EXPECT_EQ(changed[0].reason, "why");
  say({line_, ada_}, "three");
  EXPECT_THAT(bodies(cursor), ElementsAre("one", "three"));
}

TEST_F(ConversationsTest, GivesIdsThatRiseOverARestart) {
  const auto id = say({line_, ada_}, "before");
  clock_.advance(std::chrono::seconds(1));
  conversations_ = Conversations(clock_.now());
  EXPECT_GT(say({line_, ada_}, "after"), id);
}

TEST_F(ConversationsTest, KeepsTheLastHundredTextsOfAPair) {
  const auto first = say({line_, ada_}, "0");
  for (int i = 1; i <= 100; ++i) say({line_, ada_}, std::to_string(i));
  EXPECT_THAT(bodies(), SizeIs(100));
  EXPECT_EQ(bodies().front(), "1");
  // What is forgotten is settled in silence.
  const auto revision = conversations_.revision();
  conversations_.settle({line_, ada_}, first, TextState::delivered, {});
  EXPECT_EQ(conversations_.revision(), revision);
}

TEST_F(ConversationsTest, ForgetsThePairThatWasIdleLongest) {
  say({line_, ada_}, "stays");
  say({line_, eve_}, "goes");
  say({line_, ada_}, "stays too");
  for (std::size_t i = 0; i < Conversations::most_pairs - 1; ++i) {
    conversations_.set_behavior({strange_line_, number(fmt::format("+1201556{:04}", i))},
                                Behavior::off, clock_.now());
  }
  EXPECT_EQ(conversations_.pairs(), Conversations::most_pairs);
  EXPECT_THAT(bodies(), ElementsAre("stays", "stays too"));
  EXPECT_THAT(conversations_.handsets(lines_, 100), SizeIs(1));
}

TEST_F(ConversationsTest, ListsHandsetsWithTheLastThatTalkedFirst) {
  say({line_, ada_}, "one");
  say({other_line_, eve_}, "two");
  auto handsets = conversations_.handsets(lines_, 100);
  ASSERT_THAT(handsets, SizeIs(2));
  EXPECT_EQ(handsets[0].handset, eve_);
  EXPECT_EQ(handsets[0].last->body, "two");
  say({other_line_, ada_}, "three");
  handsets = conversations_.handsets(lines_, 1);
  ASSERT_THAT(handsets, SizeIs(1));
  EXPECT_EQ(handsets[0].handset, ada_);
  EXPECT_EQ(handsets[0].last->body, "three");
}

TEST_F(ConversationsTest, KeepsABehaviorTowardOneLineOnly) {
  conversations_.set_behavior({line_, ada_}, Behavior::refuses, clock_.now());
  EXPECT_EQ(conversations_.behavior({line_, ada_}), Behavior::refuses);
  EXPECT_EQ(conversations_.behavior({strange_line_, ada_}), Behavior::at_once);
  EXPECT_EQ(conversations_.summary(ada_, lines_).behavior, Behavior::refuses);
}

TEST_F(ConversationsTest, TellsOfEachChange) {
  std::vector<Pair> changed;
  conversations_.on_change([&](const Pair& pair) { changed.push_back(pair); });
  const Pair pair{line_, ada_};
  const auto id = say(pair, "one");
  conversations_.settle(pair, id, TextState::delivered, {});
  conversations_.set_behavior(pair, Behavior::off, clock_.now());
  EXPECT_THAT(changed, ElementsAre(pair, pair, pair));
}

TEST_F(ConversationsTest, ForgetsTheOldestPicturesBeyondItsBound) {
  constexpr std::size_t size = 5 * std::size_t{1024} * 1024;
  const auto item = std::make_shared<const messaging::MediaItem>(
      messaging::MediaItem{"image/png", std::string(size, 'x')});
  constexpr std::size_t fit = Conversations::most_picture_bytes / size;
  for (std::size_t i = 0; i < fit + 2; ++i) {
    Text text;
    text.pictures = {{"image/png", size, item}};
    text.created_at = clock_.now();
    conversations_.add({line_, ada_}, text);
  }
  const auto texts = conversations_.texts(ada_, lines_, 0);
  ASSERT_THAT(texts, SizeIs(fit + 2));
  for (std::size_t i = 0; i < texts.size(); ++i) {
    ASSERT_THAT(texts[i].pictures, SizeIs(1));
    EXPECT_EQ(texts[i].pictures[0].item != nullptr, i >= 2) << i;
  }
}

}  // namespace
}  // namespace cloudvno::simulator
