// Parameters of the routes about numbers.
#pragma once

#include <optional>

#include "domain/api/input.hpp"
#include "domain/numbers/find_offers.hpp"
#include "domain/numbers/number.hpp"

namespace cloudvno::numbers {

// What a request changes of a number's settings; what it leaves out stays.
class SettingsChange {
 public:
  // Errc::invalid_parameter.
  static Result<SettingsChange> read(api::Input& in);
  void apply(NumberSettings& settings) const;

 private:
  struct Change {
    std::string NumberSettings::* member;
    std::string value;
  };
  std::vector<Change> changes_;
};

// country, type, area_code, contains, sms_enabled, mms_enabled, voice_enabled.
// Errc::invalid_parameter.
Result<OfferQuery> read_offer_query(api::Input& in);

}  // namespace cloudvno::numbers
