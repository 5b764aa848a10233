// SQL of the table available_number: the operator's own inventory, of live numbers.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/numbers/offer.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::numbers {

// The kinds of a country's numbers that are on offer; of all countries for an empty text. Takes one
// step of an index for each, however many numbers there are.
std::vector<OfferKind> kinds_on_offer(storage::Transaction& tx, std::string_view country);

// Digits of up to `most` numbers of a kind from `first` to `last`, in their order; with `reversed`
// all of it is of reversed digits.
std::vector<std::string> digits_on_offer(storage::Transaction& tx, const OfferKind& kind,
                                         bool reversed, std::string_view first,
                                         std::string_view last, std::int64_t most);

// Those of the numbers (of the digits, at most 1,000) that are on offer, in no order.
std::vector<Offer> find_offers(storage::Transaction& tx, std::span<const std::string> digits);

// Takes the number out of the inventory: of all that try at one time, one gets it.
std::optional<Offer> take_offer(storage::Transaction& tx, const PhoneNumber& number);

// Puts offers in, or in the place of those of the same numbers. At most 500.
void put_offers(storage::Transaction& tx, std::span<const Offer> offers);

// Takes these numbers out; answers how many there were. At most 1,000.
std::int64_t remove_offers(storage::Transaction& tx, std::span<const std::string> digits);

// Up to `most` numbers on offer behind `after`, in their order, each with its carrier.
struct CarrierNumber {
  std::string digits;
  std::string carrier;
};
std::vector<CarrierNumber> carrier_numbers(storage::Transaction& tx, std::string_view after,
                                           std::int64_t most);

}  // namespace cloudvno::numbers
