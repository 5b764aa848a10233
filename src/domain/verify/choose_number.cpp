// Choosing a number.
#include "domain/verify/choose_number.hpp"

#include "domain/numbers/number_store.hpp"
#include "domain/verify/verification.hpp"

namespace cloudvno::verify {

Result<numbers::Number> choose_number(storage::Transaction& tx, const vault::Keys& keys,
                                      const AccountSid& account, bool live,
                                      const PhoneNumber& recipient, Capability capability) {
  constexpr std::int64_t most_looked_at = 200;
  api::PageQuery page;
  page.limit = most_looked_at;
  api::Conditions conditions;
  conditions.add_owner(account, live);
  conditions.add_page(page);
  TRY_ASSIGN(auto held, numbers::list_numbers(tx, keys, conditions, page));
  const auto country = country_of(recipient);
  std::vector<numbers::Number*> best;
  bool best_is_near = false;
  for (auto& number : held) {  // the newest first
    if (!(capability == Capability::sms ? number.sms : number.voice)) continue;
    if (number.number == recipient) continue;
    // A short code reaches its own country only.
    const bool near =
        !country.empty() && (number.number.is_short_code() ? number.country == country
                                                           : country_of(number.number) == country);
    if (number.number.is_short_code() && !near) continue;
    if (best_is_near && !near) continue;
    if (near && !best_is_near) best.clear();
    best.push_back(&number);
    best_is_near = near;
  }
  if (best.empty()) return fail(Errc::no_verification_sender);
  // Each number keeps a pace of its own, so recipients are shared out; one has always the same.
  return std::move(*best[std::hash<std::string_view>()(recipient.e164()) % best.size()]);
}

}  // namespace cloudvno::verify
