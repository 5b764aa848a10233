// Giving numbers to an account.
#include "domain/numbers/assign_numbers.hpp"

#include "domain/numbers/number_store.hpp"
#include "domain/numbers/sandbox_inventory.hpp"

namespace cloudvno::numbers {
namespace {

constexpr int tries_per_number = 200;

Number make_number(const AccountSid& account, const PhoneNumber& e164, Time now) {
  Number number;
  number.sid = NumberSid::make(now);
  number.account = account;
  number.number = e164;
  number.created_at = now;
  number.updated_at = now;
  return number;
}

}  // namespace

Result<std::vector<Number>> assign_sandbox_numbers(storage::Transaction& tx,
                                                   const vault::Vault& vault,
                                                   const vault::Keys& keys,
                                                   const AccountSid& account, Time now) {
  std::vector<Number> numbers;
  for (const std::string_view country : {"US", "US", "GB", "FR", "AU"}) {
    bool assigned = false;
    for (int i = 0; i < tries_per_number && !assigned; ++i) {
      const auto drawn = draw_sandbox_number(country);
      if (!drawn) break;
      auto number = make_number(account, drawn->number, now);
      number.carrier = "sandbox";
      number.country = drawn->country;
      number.type = drawn->type;
      assigned = insert_number(tx, vault, keys, number);
      if (assigned) numbers.push_back(std::move(number));
    }
    if (!assigned) {
      return fail(Errc::number_not_available,
                  fmt::format("The sandbox has no free number of {} left.", country));
    }
  }
  return numbers;
}

Result<Number> assign_carrier_number(storage::Transaction& tx, const vault::Vault& vault,
                                     const vault::Keys& keys, const AccountSid& account,
                                     const PhoneNumber& e164, std::string_view carrier, Time now) {
  auto number = make_number(account, e164, now);
  number.carrier = carrier;
  number.live = true;
  number.type = "local";
  if (!insert_number(tx, vault, keys, number)) return fail(Errc::number_not_available);
  return number;
}

}  // namespace cloudvno::numbers
