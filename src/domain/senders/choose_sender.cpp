// Sticky, then country, then load.
#include "domain/senders/choose_sender.hpp"

#include <algorithm>

#include "domain/numbers/calling_codes.hpp"
#include "domain/senders/choose_by_pace.hpp"
#include "domain/senders/sender_pool_store.hpp"

namespace cloudvno::senders {
namespace {

// A write for each message would double what a message costs; a day off in 90 is nothing.
constexpr std::chrono::hours refreshed_after{24};

using Numbers = std::vector<const numbers::Number*>;

// Countries that share a calling code (US and Canada) count as one. No calling code is the
// beginning of another one (ITU-T E.164).
bool is_of_country(const numbers::Number& number, const PhoneNumber& recipient) {
  const auto code = numbers::calling_code(number.country);
  return !code.empty() && recipient.digits().starts_with(code);
}

// A short code is dialled in its own country only.
bool can_send(const numbers::Number& number, const PhoneNumber& recipient, bool with_media) {
  if (!number.sms || (with_media && !number.mms) || number.number == recipient) return false;
  return !number.number.is_short_code() || number.country.empty() ||
         is_of_country(number, recipient);
}

const numbers::Number& choose_by_load(const vault::Keys& keys, const Numbers& able,
                                      const SenderPool& pool, const PhoneNumber& recipient) {
  std::vector<Candidate> candidates;
  for (const auto* number : able) candidates.push_back({number->sid.str(), pace_of(number->type)});
  const auto seed = keys.blind_index("sender_pool.choice",
                                     fmt::format("{}:{}", pool.sid.view(), recipient.e164()));
  return *able[choose_by_pace(seed, candidates)];
}

}  // namespace

Result<Choice> choose_sender(storage::Transaction& tx, const vault::Keys& keys,
                             const AccountSid& account, bool live, const SenderPoolSid& sid,
                             const PhoneNumber& recipient, bool with_media, Time now) {
  const auto pool = find_pool(tx, keys, account, sid);
  if (!pool && pool.error().code != Errc::not_found) return fail(pool.error());
  if (!pool || pool->live != live) return fail(Errc::from_number_not_owned, {}, "from");
  Choice choice;
  TRY_ASSIGN(choice.members, list_members(tx, keys, sid));
  Numbers able;
  for (const auto& number : choice.members) {
    if (can_send(number, recipient, with_media)) able.push_back(&number);
  }
  if (able.empty()) return fail(Errc::no_sender, {}, "from");

  std::optional<StickySender> sticky;
  if (pool->sticky) sticky = find_sticky(tx, keys, sid, recipient);
  if (sticky) {
    const auto same = std::ranges::find(able, sticky->number, &numbers::Number::sid);
    if (same != able.end()) {
      choice.sender = **same;
      if (now - sticky->used_at > refreshed_after) {
        keep_sticky(tx, keys, *pool, recipient, {sticky->number, now});
      }
      return choice;
    }
  }
  if (pool->country_match) {
    Numbers near;
    std::ranges::copy_if(able, std::back_inserter(near),
                         [&](const auto* number) { return is_of_country(*number, recipient); });
    if (!near.empty()) able = std::move(near);
  }
  choice.sender = choose_by_load(keys, able, *pool, recipient);
  if (pool->sticky) keep_sticky(tx, keys, *pool, recipient, {choice.sender.sid, now});
  return choice;
}

}  // namespace cloudvno::senders
