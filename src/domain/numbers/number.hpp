// A phone number that an account holds, and what happens when something comes in on it.
#pragma once

#include <optional>
#include <string>

#include "base/model/money.hpp"
#include "base/model/phone_number.hpp"
#include "base/model/sid.hpp"
#include "base/time.hpp"
#include "domain/numbers/offer.hpp"

namespace cloudvno::numbers {

// Kept sealed as one value: URLs may carry the customer's own secrets. Empty: not set.
struct NumberSettings {
  std::string friendly_name;
  std::string sms_url;
  std::string sms_method = "POST";
  std::string sms_fallback_url;
  std::string voice_url;
  std::string voice_method = "POST";
  std::string voice_fallback_url;
  std::string status_callback;
  std::string trunk_sid;
};

struct Number {
  NumberSid sid;
  AccountSid account;
  PhoneNumber number;
  std::string carrier;  // configured name; "sandbox" for the simulated network
  bool live = false;
  std::string country;  // ISO 3166-1 alpha-2; empty if not known
  std::string type;     // one of number_types
  bool sms = true;
  bool mms = false;
  bool voice = false;
  int area_length = 0;  // of the area code, as in OfferKind
  std::optional<Money> monthly_price;
  NumberSettings settings;
  Time created_at;
  Time updated_at;

  // As it was bought, and as it is offered again one day.
  Offer offer() const;
};

// The number that an offer becomes.
Number make_number(const AccountSid& account, bool live, const Offer& offer, Time now);

}  // namespace cloudvno::numbers
