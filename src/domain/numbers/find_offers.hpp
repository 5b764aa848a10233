// Searching what is on offer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/numbers/digit_pattern.hpp"
#include "domain/numbers/offer.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::numbers {

struct OfferQuery {
  std::string country;    // empty: any
  std::string type;       // empty: any
  std::string area_code;  // empty: any; without a country, one of calling code 1
  std::optional<bool> sms;
  std::optional<bool> mms;
  std::optional<bool> voice;
  std::optional<DigitPattern> contains;
  std::int64_t limit = 50;  // 1 to 1,000

  bool narrows() const;  // anything but the limit is given
  bool wants(const OfferKind& kind) const;
  // Digits of a number of a kind that wants() lets through.
  bool fits(std::string_view digits, const OfferKind& kind) const;
  // Masks that let through all that fits, and little else.
  std::vector<DigitMask> masks(const OfferKind& kind) const;
};

struct OfferList {
  std::vector<Offer> offers;
  bool more = false;  // there are, or may be, others that fit
};

// Numbers of the operator's inventory, from random places of it and in no order, so that two buyers
// seldom see the same ones first. A query takes at most most_steps looks into an index, whatever
// the size of the inventory: a pattern's digits are leapt to by the index of numbers or by that of
// reversed numbers, whichever has fewer free digits before them. A search that comes to that bound
// answers what it found.
OfferList find_offers(storage::Transaction& tx, const OfferQuery& query);
inline constexpr int most_steps = 2'000;

}  // namespace cloudvno::numbers
