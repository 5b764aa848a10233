// Searching the inventory, against looking at every number.
#include "domain/numbers/find_offers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "domain/numbers/offer_store.hpp"
#include "platform/storage/testing/test_database.hpp"

namespace cloudvno::numbers {
namespace {

using storage::Transaction;

Offer make_offer(std::string_view e164, std::string_view country, std::string_view type,
                 int area_length = 0) {
  Offer offer;
  offer.number = PhoneNumber::parse_sender(e164).value();
  offer.kind.country = country;
  offer.kind.type = type;
  offer.kind.length = static_cast<int>(offer.number.digits().size());
  offer.kind.area_length = area_length;
  offer.carrier = "acme";
  return offer;
}

class FindOffers : public ::testing::Test {
 protected:
  void put(const std::vector<Offer>& offers) {
    for (std::size_t i = 0; i < offers.size(); i += 500) {
      const auto part = std::span(offers).subspan(i, std::min<std::size_t>(500, offers.size() - i));
      ASSERT_TRUE(db_->transact_now([&](Transaction& tx) -> Result<> {
        put_offers(tx, part);
        return {};
      }));
    }
  }
  OfferList find(const OfferQuery& query) {
    return db_
        ->read_now([&](Transaction& tx) -> Result<OfferList> { return find_offers(tx, query); })
        .value();
  }
  std::set<std::string> numbers(const OfferQuery& query) {
    std::set<std::string> found;
    for (const auto& offer : find(query).offers) found.insert(offer.number.e164());
    return found;
  }
  static OfferQuery contains(std::string_view pattern) {
    OfferQuery query;
    query.contains = DigitPattern::parse(pattern);
    query.limit = 1'000;
    return query;
  }

  storage::testing::TestDatabase db_;
};

TEST_F(FindOffers, KeepsAllThatAnOfferSays) {
  auto offer = make_offer("+14155550123", "US", "local", 3);
  offer.kind.mms = true;
  offer.monthly_price = Money::parse("1.15");
  offer.carrier = "two words";
  put({offer, make_offer("72345", "US", "short-code")});
  const auto found = find({});
  ASSERT_EQ(found.offers.size(), 2u);
  EXPECT_FALSE(found.more);
  const auto& first = found.offers[found.offers[0].number == offer.number ? 0 : 1];
  EXPECT_EQ(first, offer);
  EXPECT_EQ(first.area_code(), "415");
  EXPECT_EQ(read_offer(print_offer(offer)), offer);
  EXPECT_EQ(OfferKind::parse(offer.kind.code()), offer.kind);
  EXPECT_FALSE(OfferKind::parse("USX7B3"));
  EXPECT_FALSE(OfferKind::parse("usL7B3"));
  EXPECT_FALSE(OfferKind::parse("USL8B3"));
}

TEST_F(FindOffers, NarrowsByCountryTypeAreaAndCapabilities) {
  auto voice = make_offer("+12125551000", "US", "local", 3);
  voice.kind.voice = true;
  put({voice, make_offer("+12125551001", "US", "local", 3),
       make_offer("+14165551002", "CA", "local", 3), make_offer("+18005551003", "US", "toll-free"),
       make_offer("+442079460000", "GB", "local", 2), make_offer("72345", "US", "short-code")});
  OfferQuery query;
  query.country = "US";
  EXPECT_EQ(numbers(query).size(), 4u);
  query.type = "local";
  EXPECT_EQ(numbers(query), (std::set<std::string>{"+12125551000", "+12125551001"}));
  query.voice = true;
  EXPECT_EQ(numbers(query), (std::set<std::string>{"+12125551000"}));
  query.voice = false;
  EXPECT_EQ(numbers(query), (std::set<std::string>{"+12125551001"}));
  query = {};
  query.area_code = "416";
  EXPECT_EQ(numbers(query), (std::set<std::string>{"+14165551002"}));
  query.area_code = "20";
  EXPECT_TRUE(numbers(query).empty()) << "without a country, an area code is of calling code 1";
  query.country = "GB";
  EXPECT_EQ(numbers(query), (std::set<std::string>{"+442079460000"}));
  query.country = "FR";
  EXPECT_TRUE(numbers(query).empty());
}

TEST_F(FindOffers, AnswersNoMoreThanAskedForAndSaysThatThereAreMore) {
  std::vector<Offer> offers;
  for (int i = 0; i < 120; ++i) {
    offers.push_back(make_offer(fmt::format("+1415555{:04}", i), "US", "local"));
  }
  put(offers);
  OfferQuery query;
  query.limit = 50;
  auto found = find(query);
  EXPECT_EQ(found.offers.size(), 50u);
  EXPECT_TRUE(found.more);
  query.limit = 120;
  found = find(query);
  EXPECT_EQ(found.offers.size(), 120u);
  EXPECT_FALSE(found.more);
}

TEST_F(FindOffers, DoesNotOfferEverybodyTheSameFirstNumber) {
  std::vector<Offer> offers;
  for (int i = 0; i < 1'000; ++i) {
    // Two blocks with a wide gap between them.
    offers.push_back(
        make_offer(fmt::format("+{}55{:04}", i % 2 ? "12125" : "18085", i), "US", "local"));
  }
  put(offers);
  OfferQuery query;
  query.limit = 1;
  std::set<std::string> firsts;
  for (int i = 0; i < 100; ++i) firsts.insert(find(query).offers.at(0).number.e164());
  EXPECT_GT(firsts.size(), 60u);
}

TEST_F(FindOffers, FindsWhatAPatternFitsAsLookingAtEveryNumberWould) {
  std::mt19937 random(3);
  std::vector<Offer> offers;
  std::set<std::string> made;
  // Lengths and countries mixed; digits from few, so that patterns meet much or little.
  for (int i = 0; i < 3'000; ++i) {
    const bool us = random() % 2 == 0;
    std::string number = us ? "+1" : "+44";
    const std::size_t length = us ? 12 : 12 + random() % 2;
    while (number.size() < length) number += "1234567890"[random() % (i % 3 == 0 ? 10 : 3)];
    if (made.insert(number).second) {
      offers.push_back(make_offer(number, us ? "US" : "GB", random() % 3 ? "local" : "mobile"));
    }
  }
  put(offers);
  int found_any = 0;
  for (int round = 0; round < 150; ++round) {
    std::string text = random() % 5 == 0 ? "+" : "";
    for (std::size_t i = 0, n = 2 + random() % 5; i < n; ++i) text += "1234*"[random() % 5];
    auto query = contains(text);
    if (random() % 3 == 0) query.country = "US";
    std::set<std::string> expected;
    for (const auto& offer : offers) {
      if (query.country.empty() || query.country == offer.kind.country) {
        if (query.contains->fits(offer.number.digits(), offer.kind.calling_code())) {
          expected.insert(offer.number.e164());
        }
      }
    }
    if (expected.size() > 1'000) continue;
    found_any += expected.empty() ? 0 : 1;
    ASSERT_EQ(numbers(query), expected) << text;
  }
  EXPECT_GT(found_any, 50);
}

TEST_F(FindOffers, GivesANumberToOneTakerOnly) {
  const auto offer = make_offer("+14155550123", "US", "local");
  put({offer});
  const auto take = [&] {
    return db_->transact_now(
        [&](Transaction& tx) -> Result<bool> { return take_offer(tx, offer.number).has_value(); });
  };
  EXPECT_TRUE(take().value());
  EXPECT_FALSE(take().value());
  EXPECT_TRUE(find({}).offers.empty());
}

}  // namespace
}  // namespace cloudvno::numbers
