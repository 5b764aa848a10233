// Numbers and offers as JSON.
#include "domain/numbers/number_json.hpp"

namespace cloudvno::numbers {
namespace {

json::value text_or_null(std::string_view text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

// What a number and an offer have in common.
json::object offer_fields(const Offer& offer) {
  const auto& kind = offer.kind;
  json::object object{
      {"phone_number", offer.number.e164()},
      {"friendly_name", offer.number.e164()},
      {"country", text_or_null(kind.country)},
      {"type", kind.type},
      {"area_code", text_or_null(offer.area_code())},
      {"capabilities", {{"sms", kind.sms}, {"mms", kind.mms}, {"voice", kind.voice}}}};
  object["monthly_price"] =
      offer.monthly_price ? json::value(offer.monthly_price->str()) : json::value(nullptr);
  object["price_unit"] = "USD";
  return object;
}

}  // namespace

json::object to_json(const Offer& offer) {
  return offer_fields(offer);
}

json::object to_json(const Number& number) {
  auto object = offer_fields(number.offer());
  const auto& settings = number.settings;
  object["sid"] = number.sid.view();
  object["account_sid"] = number.account.view();
  if (!settings.friendly_name.empty()) object["friendly_name"] = settings.friendly_name;
  object["carrier"] = number.carrier;
  object["mode"] = number.live ? "live" : "test";
  object["sms_url"] = text_or_null(settings.sms_url);
  object["sms_method"] = settings.sms_method;
  object["sms_fallback_url"] = text_or_null(settings.sms_fallback_url);
  object["voice_url"] = text_or_null(settings.voice_url);
  object["voice_method"] = settings.voice_method;
  object["voice_fallback_url"] = text_or_null(settings.voice_fallback_url);
  object["status_callback"] = text_or_null(settings.status_callback);
  object["trunk_sid"] = text_or_null(settings.trunk_sid);
  object["date_created"] = to_iso8601(number.created_at);
  object["date_updated"] = to_iso8601(number.updated_at);
  return object;
}

}  // namespace cloudvno::numbers
