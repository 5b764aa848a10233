// Reading parameters about numbers.
#include "domain/numbers/number_input.hpp"

#include "domain/numbers/calling_codes.hpp"

namespace cloudvno::numbers {
namespace {

constexpr std::string_view methods[] = {"POST", "GET"};
constexpr std::size_t longest_name = 256;

std::unexpected<Error> wrong(std::string_view name, std::string_view allowed) {
  return fail(Errc::invalid_parameter, fmt::format("`{}` must be {}.", name, allowed),
              std::string(name));
}

}  // namespace

Result<SettingsChange> SettingsChange::read(api::Input& in) {
  SettingsChange change;
  const auto keep = [&](std::string NumberSettings::* member, std::optional<std::string> value) {
    if (value) change.changes_.push_back({member, std::move(*value)});
  };
  TRY_ASSIGN(auto name, in.optional_text("friendly_name", longest_name));
  keep(&NumberSettings::friendly_name, std::move(name));
  constexpr std::pair<std::string_view, std::string NumberSettings::*> urls[] = {
      {"sms_url", &NumberSettings::sms_url},
      {"sms_fallback_url", &NumberSettings::sms_fallback_url},
      {"voice_url", &NumberSettings::voice_url},
      {"voice_fallback_url", &NumberSettings::voice_fallback_url},
      {"status_callback", &NumberSettings::status_callback},
  };
  for (const auto& [parameter, member] : urls) {
    TRY_ASSIGN(auto url, in.optional_url(parameter));
    keep(member, std::move(url));
  }
  TRY_ASSIGN(auto sms_method, in.optional_word("sms_method", methods));
  keep(&NumberSettings::sms_method, std::move(sms_method));
  TRY_ASSIGN(auto voice_method, in.optional_word("voice_method", methods));
  keep(&NumberSettings::voice_method, std::move(voice_method));
  TRY_ASSIGN(auto trunk, in.optional_text("trunk_sid", 64));
  if (trunk && !trunk->empty() && !TrunkSid::parse(*trunk)) {
    return wrong("trunk_sid", "the SID of a trunk (TK…), or empty");
  }
  keep(&NumberSettings::trunk_sid, std::move(trunk));
  return change;
}

void SettingsChange::apply(NumberSettings& settings) const {
  for (const auto& change : changes_) settings.*change.member = change.value;
}

Result<OfferQuery> read_offer_query(api::Input& in) {
  OfferQuery query;
  TRY_ASSIGN(const auto country, in.optional_text("country", 64));
  if (country && calling_code(*country).empty()) {
    return wrong("country",
                 "the code of a country (ISO 3166-1 alpha-2, capital letters), such as "
                 "US");
  }
  query.country = country.value_or(std::string());
  TRY_ASSIGN(const auto type, in.optional_word("type", number_types));
  query.type = type.value_or(std::string());
  TRY_ASSIGN(const auto area_code, in.optional_text("area_code", 64));
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (area_code &&
      (area_code->empty() || area_code->size() > 8 || !std::ranges::all_of(*area_code, is_digit))) {
    return wrong("area_code",
                 "1 to 8 digits, without the digit that is dialled before it inside "
                 "the country");
  }
  query.area_code = area_code.value_or(std::string());
  TRY_ASSIGN(const auto contains, in.optional_text("contains", DigitPattern::longest));
  if (contains) {
    query.contains = DigitPattern::parse(*contains);
    if (!query.contains) {
      return wrong("contains",
                   "digits or the letters on their keys, with `*` for any run of "
                   "digits, such as 415* or *7777");
    }
  }
  TRY_ASSIGN(query.sms, in.optional_boolean("sms_enabled"));
  TRY_ASSIGN(query.mms, in.optional_boolean("mms_enabled"));
  TRY_ASSIGN(query.voice, in.optional_boolean("voice_enabled"));
  return query;
}

}  // namespace cloudvno::numbers
