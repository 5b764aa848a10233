// Buying a number.
#include "domain/numbers/buy_number.hpp"

#include "domain/numbers/number_store.hpp"
#include "domain/numbers/offer_store.hpp"
#include "domain/numbers/resting_store.hpp"
#include "domain/numbers/sandbox_inventory.hpp"

namespace cloudvno::numbers {
namespace {

// Numbers that others may buy while we choose; after so many somebody empties the shelf.
constexpr std::int64_t candidates_a_round = 8;
constexpr int rounds = 4;

// The offer, no longer there for anybody else.
std::optional<Offer> take(storage::Transaction& tx, bool live, const PhoneNumber& number) {
  return live ? take_offer(tx, number) : sandbox_offer(number);
}

std::optional<Number> try_to_buy(storage::Transaction& tx, const vault::Vault& vault,
                                 const vault::Keys& keys, const Purchase& purchase,
                                 const PhoneNumber& wanted, Time now) {
  const auto offer = take(tx, purchase.live, wanted);
  if (!offer) return std::nullopt;
  auto number = make_number(purchase.account, purchase.live, *offer, now);
  number.settings = purchase.settings;
  if (!insert_number(tx, vault, keys, number)) return std::nullopt;
  return number;
}

std::unexpected<Error> none_of(const OfferQuery& query) {
  if (query.area_code.empty()) {
    return fail(Errc::number_not_available, "No number that fits is on offer.");
  }
  return fail(Errc::number_not_available,
              fmt::format("No number of the area code {} is on offer.", query.area_code),
              "area_code");
}

Result<Number> buy_any(storage::Transaction& tx, const vault::Vault& vault, const vault::Keys& keys,
                       const Purchase& purchase, Time now) {
  auto query = purchase.any;
  query.limit = candidates_a_round;
  for (int round = 0; round < rounds; ++round) {
    const auto found =
        purchase.live ? find_offers(tx, query) : find_sandbox_offers(tx, vault, query);
    if (found.offers.empty()) break;
    for (const auto& offer : found.offers) {
      auto number = try_to_buy(tx, vault, keys, purchase, offer.number, now);
      if (number) return std::move(*number);
    }
  }
  return none_of(query);
}

Result<Number> buy_this(storage::Transaction& tx, const vault::Vault& vault,
                        const vault::Keys& keys, const Purchase& purchase, Time now) {
  auto number = try_to_buy(tx, vault, keys, purchase, *purchase.number, now);
  if (!number) return fail(Errc::number_not_available, {}, "phone_number");
  return std::move(*number);
}

}  // namespace

Result<Number> buy_number(storage::Transaction& tx, const vault::Vault& vault,
                          const vault::Keys& keys, const Purchase& purchase, Time now) {
  if (!purchase.live && count_numbers(tx, purchase.account, false) >= most_sandbox_numbers) {
    return fail(Errc::number_limit_reached);
  }
  TRY_ASSIGN(auto number, purchase.number ? buy_this(tx, vault, keys, purchase, now)
                                          : buy_any(tx, vault, keys, purchase, now));
  // Judged once the row is ours: a release that was under way has then ended.
  if (is_resting(tx, vault, number.number)) return fail(Errc::number_not_available);
  return number;
}

}  // namespace cloudvno::numbers
