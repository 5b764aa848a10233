// A phone number that an account holds, and what happens when something comes in on it.
#pragma once

#include <string>

#include "base/model/phone_number.hpp"
#include "base/model/sid.hpp"
#include "base/time.hpp"

namespace cloudvno::numbers {

// Kept sealed as one value: URLs may carry the customer's own secrets.
struct NumberSettings {
  std::string friendly_name;
  std::string sms_url;
  std::string sms_method = "POST";
  std::string sms_fallback_url;
};

struct Number {
  NumberSid sid;
  AccountSid account;
  PhoneNumber number;
  std::string carrier;  // configured name; "sandbox" for the simulated network
  bool live = false;
  std::string country;  // ISO 3166-1 alpha-2
  std::string type;     // local, mobile, toll-free, short-code
  bool sms = true;
  bool mms = false;
  bool voice = false;
  NumberSettings settings;
  Time created_at;
  Time updated_at;
};

}  // namespace cloudvno::numbers
