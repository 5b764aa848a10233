// Choosing carriers, leaving those that fail, and taking them back.
#include <map>

#include "domain/routing/router.hpp"

namespace cloudvno::routing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Route route(std::string carrier, int priority = 1) {
  Route made;
  made.carrier = std::move(carrier);
  made.priority = priority;
  made.other_senders = true;
  return made;
}

class RouterTest : public ::testing::Test {
 protected:
  std::size_t add(Route made) {
    const auto place = router_.add(std::move(made));
    router_.health(place).link_is(true, now_);
    return place;
  }
  std::string chosen(Asked asked) {
    const auto choice = router_.choose(asked, now_);
    return choice ? router_.route(choice->route).carrier : "none";
  }
  // One message with its answer.
  void send_well(std::size_t place) {
    router_.health(place).submitted(now_);
    router_.health(place).answered(Micros(1'000), now_);
  }

  Router router_;
  Micros now_{0};
  const Asked asked_{"acme", "local", "+447700900123", 7};
};

TEST_F(RouterTest, TakesTheSendersOwnCarrierAndThoseThatTakeOtherSenders) {
  auto closed = route("beta");
  closed.other_senders = false;
  add(closed);
  EXPECT_EQ(chosen(asked_), "none");
  EXPECT_FALSE(router_.knows(asked_));
  add(route("acme"));
  EXPECT_EQ(chosen(asked_), "acme");
}

TEST_F(RouterTest, LooksAtRecipientAndSenderType) {
  auto british = route("british");
  british.prefixes = {"+44", "+353"};
  auto short_codes = route("short", 2);
  short_codes.sender_types = {"short-code"};
  add(british);
  add(short_codes);
  add(route("any", 3));
  EXPECT_EQ(chosen(asked_), "british");
  EXPECT_EQ(chosen({"acme", "local", "+4915112345678", 7}), "any");
  EXPECT_EQ(chosen({"acme", "short-code", "+4915112345678", 7}), "short");
}

TEST_F(RouterTest, PrefersPriorityThenPriceThenSharesByWeight) {
  auto dear = route("dear");
  dear.price_per_part = Money{9'000};
  auto cheap = route("cheap");
  cheap.price_per_part = Money{5'000};
  add(route("later", 2));
  add(route("unpriced"));
  add(dear);
  const auto cheapest = add(cheap);
  EXPECT_EQ(chosen(asked_), "cheap");
  cheap.carrier = "heavy";
  cheap.weight = 3;
  add(cheap);
  std::map<std::string, int> shares;
  for (std::uint64_t pair = 0; pair < 4'000; ++pair) {
    const Asked asked{"acme", "local", "+447700900123", pair};
    const auto first = chosen(asked);
    EXPECT_EQ(chosen(asked), first);
    ++shares[first];
  }
  EXPECT_EQ(shares.size(), 2u);
  EXPECT_NEAR(shares["heavy"], 3'000, 150);
  EXPECT_EQ(router_.route(cheapest).carrier, "cheap");
}

TEST_F(RouterTest, LeavesACarrierWhoseLinkIsDownAndTakesItBack) {
  const auto acme = add(route("acme"));
  add(route("beta", 2));
  EXPECT_EQ(chosen(asked_), "acme");
  router_.health(acme).link_is(false, now_);
  now_ += milliseconds(1'999);
  EXPECT_EQ(chosen(asked_), "acme") << "a link may be made anew";
  now_ += milliseconds(1);
  const auto choice = router_.choose(asked_, now_);
  EXPECT_EQ(router_.route(choice->route).carrier, "beta");
  EXPECT_EQ(choice->because, "priority 2; acme was left: its link is down");
  router_.health(acme).link_is(true, now_);
  for (int probe = 0; probe < Health::probes_needed; ++probe) {
    EXPECT_EQ(chosen(asked_), "acme") << probe;
    router_.health(acme).submitted(now_);
    if (probe == 0) {
      EXPECT_EQ(chosen(asked_), "beta") << "one probe at a time";
    }
    router_.health(acme).answered(Micros(1'000), now_);
  }
  EXPECT_EQ(router_.health(acme).standing(now_), Standing::good);
}

TEST_F(RouterTest, LeavesACarrierThatDoesNotAnswer) {
  const auto acme = add(route("acme"));
  add(route("beta", 2));
  send_well(acme);
  router_.health(acme).submitted(now_);
  now_ += Health::silent_for;
  EXPECT_EQ(chosen(asked_), "beta");
  now_ += Health::left_for;
  EXPECT_EQ(chosen(asked_), "acme") << "a probe";
  router_.health(acme).unanswered(now_);
  EXPECT_EQ(chosen(asked_), "beta") << "for another while";
  now_ += Health::left_for - milliseconds(1);
  EXPECT_EQ(chosen(asked_), "beta");
}

TEST_F(RouterTest, LeavesACarrierThatAnswersSlowly) {
  const auto acme = add(route("acme"));
  add(route("beta", 2));
  for (int i = 0; i < 200; ++i) {
    router_.health(acme).submitted(now_);
    router_.health(acme).answered(seconds(6), now_);
  }
  EXPECT_EQ(chosen(asked_), "beta");
  EXPECT_EQ(router_.health(acme).because(), "it answers slowly");
}

TEST_F(RouterTest, LeavesACarrierWhoseMessagesDoNotArrive) {
  const auto acme = add(route("acme"));
  add(route("beta", 2));
  auto& health = router_.health(acme);
  for (int i = 0; i < 19; ++i) health.receipt(false, now_);
  EXPECT_EQ(chosen(asked_), "acme") << "too few receipts to judge";
  health.receipt(false, now_);
  EXPECT_EQ(chosen(asked_), "beta");
  now_ += Health::left_for;
  for (int probe = 0; probe < Health::probes_needed; ++probe) {
    EXPECT_EQ(chosen(asked_), "acme");
    send_well(acme);  // an answer alone takes no carrier back that delivers nothing
    EXPECT_EQ(health.standing(now_), Standing::probing);
    health.receipt(true, now_);
    now_ += Health::probe_every;
  }
  EXPECT_EQ(health.standing(now_), Standing::good);
}

TEST_F(RouterTest, WaitsForTheBestWhereNoneIsWell) {
  const auto acme = add(route("acme"));
  router_.health(acme).link_is(false, now_);
  now_ += seconds(60);
  EXPECT_EQ(chosen(asked_), "acme");
}

}  // namespace
}  // namespace cloudvno::routing
