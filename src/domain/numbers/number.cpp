// From an offer to a number, and back.
#include "domain/numbers/number.hpp"

namespace cloudvno::numbers {

Offer Number::offer() const {
  Offer offer;
  offer.number = number;
  offer.kind = {country,    type, sms, mms, voice, static_cast<int>(number.digits().size()),
                area_length};
  offer.carrier = carrier;
  offer.monthly_price = monthly_price;
  return offer;
}

Number make_number(const AccountSid& account, bool live, const Offer& offer, Time now) {
  Number number;
  number.sid = NumberSid::make(now);
  number.account = account;
  number.number = offer.number;
  number.carrier = offer.carrier;
  number.live = live;
  number.country = offer.kind.country;
  number.type = offer.kind.type;
  number.sms = offer.kind.sms;
  number.mms = offer.kind.mms;
  number.voice = offer.kind.voice;
  number.area_length = offer.kind.area_length;
  number.monthly_price = offer.monthly_price;
  number.created_at = now;
  number.updated_at = now;
  return number;
}

}  // namespace cloudvno::numbers
