// Shares in proportion to pace, and as little movement as can be.
#include "domain/senders/choose_by_pace.hpp"

#include <cmath>
#include <map>

namespace cloudvno::senders {
namespace {

constexpr int seeds = 20'000;

std::string choose(int seed, const std::vector<Candidate>& candidates) {
  return candidates[choose_by_pace(as_bytes(std::to_string(seed)), candidates)].id;
}

TEST(ChooseByPace, GivesEachItsShare) {
  const std::vector<Candidate> candidates{{"a", 1}, {"b", 1}, {"c", 3}, {"d", 5}};
  std::map<std::string, int> shares;
  for (int seed = 0; seed < seeds; ++seed) ++shares[choose(seed, candidates)];
  for (const auto& [id, pace] : candidates) {
    const double share = pace / 10;
    // Five standard deviations of a binomial distribution; the seeds are always the same.
    EXPECT_NEAR(shares[id], seeds * share, 5 * std::sqrt(seeds * share * (1 - share))) << id;
  }
}

TEST(ChooseByPace, IsTheSameForTheSameSeedInAnyOrder) {
  const std::vector<Candidate> there{{"a", 1}, {"b", 3}, {"c", 500}};
  const std::vector<Candidate> back(there.rbegin(), there.rend());
  for (int seed = 0; seed < 500; ++seed) EXPECT_EQ(choose(seed, there), choose(seed, back));
}

TEST(ChooseByPace, MovesOnlyWhatGoesToWhoCameOrComesFromWhoWent) {
  const std::vector<Candidate> before{{"a", 1}, {"b", 3}, {"c", 2}};
  auto after = before;
  after.push_back({"d", 2});
  int moved = 0;
  for (int seed = 0; seed < seeds; ++seed) {
    const auto was = choose(seed, before);
    const auto is = choose(seed, after);
    if (is == was) continue;
    EXPECT_EQ(is, "d");
    ++moved;
  }
  EXPECT_NEAR(moved, seeds / 4, 400);
}

TEST(ChooseByPace, KnowsThePaceOfEachType) {
  EXPECT_EQ(pace_of("local"), 1);
  EXPECT_EQ(pace_of("mobile"), 1);
  EXPECT_EQ(pace_of("toll-free"), 3);
  EXPECT_EQ(pace_of("short-code"), 500);
}

}  // namespace
}  // namespace cloudvno::senders
