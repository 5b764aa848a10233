// The draws of the simulated network: which part meets which fault.
#include "connectors/simulator/faults.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

namespace cloudvno::simulator {
namespace {

PhoneNumber number(std::string_view text) {
  return *PhoneNumber::parse(text);
}

const PhoneNumber line = number("+14155550142");
const PhoneNumber ada = number("+12015550100");
const PhoneNumber lou = number("+12015550101");

NetworkSettings with(Fault fault, double share) {
  NetworkSettings settings;
  settings.seed = 7;
  settings.shares[static_cast<std::size_t>(fault)] = share;
  return settings;
}

// One letter a part: what it is answered.
std::string answers(const NetworkSettings& settings, Draws& draws, const PhoneNumber& to,
                    int parts) {
  std::string all;
  for (int i = 0; i < parts; ++i) {
    all += "ktqerd"[static_cast<std::size_t>(judge(settings, draws, line, to).answer)];
  }
  return all;
}

TEST(Faults, AreListedInTheirOrder) {
  for (std::size_t i = 0; i < fault_count; ++i) {
    EXPECT_EQ(fault_table()[i].fault, static_cast<Fault>(i));
    EXPECT_FALSE(fault_table()[i].name.empty());
  }
}

TEST(Faults, DoNotHappenUnset) {
  Draws draws;
  const auto fate = judge(NetworkSettings(), draws, line, ada);
  EXPECT_TRUE(fate.is_taken && fate.has_receipt);
  EXPECT_FALSE(fate.link_drops || fate.receipt_first || fate.receipt_twice || fate.is_ported);
  EXPECT_EQ(fate.wrong_id, 0u);
}

TEST(Faults, AlwaysHappenAtShareOneAndNeverAtZero) {
  Draws draws(1);
  EXPECT_EQ(answers(with(Fault::throttle, 1), draws, ada, 50), std::string(50, 't'));
  EXPECT_EQ(answers(with(Fault::queue_full, 1), draws, ada, 50), std::string(50, 'q'));
  EXPECT_EQ(answers(with(Fault::temporary_error, 1), draws, ada, 50), std::string(50, 'e'));
  EXPECT_EQ(answers(with(Fault::refuse, 1), draws, ada, 50), std::string(50, 'r'));
  EXPECT_EQ(answers(with(Fault::drop_link, 1), draws, ada, 50), std::string(50, 'd'));
  EXPECT_EQ(answers(with(Fault::throttle, 0), draws, ada, 50), std::string(50, 'k'));
}

TEST(Faults, HappenAboutAsOftenAsTheirShareSays) {
  Draws draws(1);
  const auto all = answers(with(Fault::throttle, 0.25), draws, ada, 10'000);
  EXPECT_NEAR(static_cast<double>(std::ranges::count(all, 't')), 2'500, 200);
}

TEST(Faults, AreTheSameForTheSameSeedAndOthersForAnother) {
  const auto settings = with(Fault::throttle, 0.5);
  Draws one(7), same(7), other(8);
  const auto first = answers(settings, one, ada, 200);
  EXPECT_EQ(answers(settings, same, ada, 200), first);
  EXPECT_NE(answers(settings, other, ada, 200), first);
  // And in every build, since tests of applications keep seeds.
  EXPECT_EQ(first.substr(0, 24), "ttttkkkktttkkttttttkttkt");
}

TEST(Faults, OfAPairDoNotDependOnWhatGoesToOthers) {
  const auto settings = with(Fault::throttle, 0.5);
  Draws alone(7), among(7);
  std::string interleaved;
  for (int i = 0; i < 100; ++i) {
    interleaved += answers(settings, among, ada, 1);
    answers(settings, among, lou, i % 3);
  }
  EXPECT_EQ(answers(settings, alone, ada, 100), interleaved);
}

TEST(Faults, AreDrawnApartFromEachOther) {
  auto settings = with(Fault::lost_receipts, 0.5);
  settings.shares[static_cast<std::size_t>(Fault::duplicate_receipts)] = 0.5;
  Draws draws(7);
  int both = 0;
  for (int i = 0; i < 1'000; ++i) {
    const auto fate = judge(settings, draws, line, ada);
    both += !fate.has_receipt && fate.receipt_twice ? 1 : 0;
  }
  EXPECT_NEAR(both, 250, 60);
}

TEST(Faults, ALostLinkIsMetOnEitherSide) {
  Draws draws(7);
  int taken = 0;
  for (int i = 0; i < 1'000; ++i) {
    const auto fate = judge(with(Fault::drop_link, 1), draws, line, ada);
    EXPECT_TRUE(fate.link_drops);
    taken += fate.is_taken ? 1 : 0;
  }
  EXPECT_NEAR(taken, 500, 80);
}

TEST(Faults, DropTheLinkOnceAtTheSubmissionThatIsSet) {
  NetworkSettings settings;
  settings.drop_link_after = 3;
  Draws draws(7);
  EXPECT_EQ(answers(settings, draws, ada, 6), "kkdkkk");
}

TEST(Faults, CountAllPairsBeyondABoundTogether) {
  const auto settings = with(Fault::throttle, 0.5);
  Draws draws(7);
  for (std::size_t i = 0; i < 2 * Draws::most_pairs; ++i) {
    answers(settings, draws, number(fmt::format("+1201556{:04}", i)), 1);
  }
  Draws again(7);
  for (std::size_t i = 0; i < 2 * Draws::most_pairs; ++i) {
    answers(settings, again, number(fmt::format("+1201556{:04}", i)), 1);
  }
  EXPECT_EQ(answers(settings, draws, ada, 100), answers(settings, again, ada, 100));
}

}  // namespace
}  // namespace cloudvno::simulator
