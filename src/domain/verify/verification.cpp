// Names of channels and states; the country of a number.
#include "domain/verify/verification.hpp"

#include <algorithm>

#include "domain/numbers/calling_codes.hpp"

namespace cloudvno::verify {
namespace {

template <class E, std::size_t N>
std::optional<E> parse(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<E>(found - names.begin());
}

// Countries in the order in which one calling code is given to the first that has it.
constexpr std::string_view countries =
    "US GB DE FR ES IT NL BE CH AT PT IE SE NO DK FI IS PL CZ SK HU RO BG GR TR RU UA BY LT LV EE "
    "RS HR SI BA MK AL ME MD LU MT CY IL SA AE QA KW BH OM JO LB SY IQ IR YE EG MA DZ TN LY SD ZA "
    "NG KE GH ET TZ UG RW SN CI CM CD AO MZ ZM ZW MG MU BW NA ML BF NE TG BJ SL LR GN GM MR TD CF "
    "CG GA GQ SO DJ ER SS BI MW LS SZ KM SC CV ST GW IN PK BD LK NP AF MV BT CN JP KR KP HK MO TW "
    "MN TH VN ID MY SG PH KH LA MM BN TL KZ UZ TM KG TJ AZ AM GE AU NZ FJ PG SB VU NC PF WS TO BR "
    "AR CL CO PE VE EC BO PY UY GY SR MX GT HN SV NI CR PA BZ CU HT GL FO GI AD MC SM LI XK";

}  // namespace

std::string_view channel_name(Channel channel) {
  return channel_names[static_cast<std::size_t>(channel)];
}
std::optional<Channel> parse_channel(std::string_view name) {
  return parse<Channel>(channel_names, name);
}
std::string_view status_name(Status status) {
  return status_names[static_cast<std::size_t>(status)];
}
std::optional<Status> parse_status(std::string_view name) {
  return parse<Status>(status_names, name);
}

std::string country_of(const PhoneNumber& number) {
  for (std::size_t at = 0; at < countries.size(); at += 3) {
    const auto country = countries.substr(at, 2);
    const auto code = numbers::calling_code(country);
    // No calling code is the beginning of another (E.164 section 6.2).
    if (!code.empty() && number.digits().starts_with(code)) return std::string(country);
  }
  return {};
}

}  // namespace cloudvno::verify
