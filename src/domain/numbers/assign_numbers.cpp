// Giving numbers to an account.
#include "domain/numbers/assign_numbers.hpp"

#include "domain/numbers/number_store.hpp"
#include "domain/numbers/offer_store.hpp"
#include "domain/numbers/resting_store.hpp"
#include "domain/numbers/sandbox_inventory.hpp"

namespace cloudvno::numbers {
namespace {

constexpr int tries_per_number = 200;

// Nothing if somebody holds the number, or it rests.
std::optional<Number> assign(storage::Transaction& tx, const vault::Vault& vault,
                             const vault::Keys& keys, const AccountSid& account, bool live,
                             const Offer& offer, Time now) {
  auto number = make_number(account, live, offer, now);
  if (!insert_number(tx, vault, keys, number)) return std::nullopt;
  if (!is_resting(tx, vault, number.number)) return number;
  delete_number(tx, number.sid);
  return std::nullopt;
}

}  // namespace

Result<std::vector<Number>> assign_sandbox_numbers(storage::Transaction& tx,
                                                   const vault::Vault& vault,
                                                   const vault::Keys& keys,
                                                   const AccountSid& account, Time now) {
  std::vector<Number> numbers;
  for (const std::string_view country : {"US", "US", "GB", "FR", "AU"}) {
    std::optional<Number> assigned;
    for (int i = 0; i < tries_per_number && !assigned; ++i) {
      const auto drawn = draw_sandbox_number(country);
      if (!drawn) break;
      assigned = assign(tx, vault, keys, account, false, *drawn, now);
    }
    if (!assigned) {
      return fail(Errc::number_not_available,
                  fmt::format("The sandbox has no free number of {} left.", country));
    }
    numbers.push_back(std::move(*assigned));
  }
  return numbers;
}

Result<Number> assign_carrier_number(storage::Transaction& tx, const vault::Vault& vault,
                                     const vault::Keys& keys, const AccountSid& account,
                                     const PhoneNumber& e164, std::string_view carrier,
                                     std::string_view country, Time now, bool mms, bool voice) {
  Offer offer;
  offer.number = e164;
  offer.kind.country = country;
  offer.kind.type = e164.is_short_code() ? "short-code" : "local";
  offer.kind.length = static_cast<int>(e164.digits().size());
  if (const auto offered = take_offer(tx, e164)) offer = *offered;
  offer.kind.mms |= mms;
  offer.kind.voice |= voice;
  offer.carrier = carrier;
  auto number = assign(tx, vault, keys, account, true, offer, now);
  if (!number) return fail(Errc::number_not_available);
  return std::move(*number);
}

}  // namespace cloudvno::numbers
