// What a lookup answers of one number, as JSON.
#include "domain/lookup/facts.hpp"

#include <boost/json/array.hpp>

#include "domain/lookup/lines.hpp"
#include "domain/lookup/risk.hpp"

namespace cloudvno::lookup {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, field_count> field_names{
    "validity", "format", "country",     "region",   "time_zones", "line_type",
    "carrier",  "risk",   "portability", "sim_swap", "caller_name"};

json::value text_or_null(std::string_view text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

// Only mobile ranges are given to carriers whole.
bool may_have_carrier(LineType type) {
  return type == LineType::mobile || type == LineType::fixed_line_or_mobile ||
         type == LineType::pager;
}

json::value carrier_of(const Data& data, const Parsed& number, std::string_view digits) {
  if (!may_have_carrier(number.type)) return nullptr;
  const auto name = data.carriers().find(digits);
  if (name.empty()) return nullptr;
  const auto& networks = data.networks(number.region->country, name);
  json::array listed;
  for (const auto& network : networks) {
    listed.push_back(
        json::object{{"mobile_country_code", network.mcc}, {"mobile_network_code", network.mnc}});
  }
  // A carrier of several networks: which of them a number is in cannot be told from its range.
  const bool one = networks.size() == 1;
  return json::object{{"name", name},
                      {"mobile_country_code", text_or_null(one ? networks[0].mcc : "")},
                      {"mobile_network_code", text_or_null(one ? networks[0].mnc : "")},
                      {"networks", std::move(listed)}};
}

json::object risk_of(const Parsed& number) {
  const auto risk = judge_number(number);
  json::array reasons;
  for (const auto& reason : risk.reasons) {
    reasons.push_back(json::object{{"name", reason.name}, {"points", reason.points}});
  }
  return {{"score", risk.score}, {"reasons", std::move(reasons)}};
}

json::array zones_of(const Data& data, std::string_view digits) {
  json::array zones;
  const auto found = data.time_zones().find(digits);
  if (found.empty()) return zones;
  for (const auto zone : split(found, '&')) zones.emplace_back(zone);
  return zones;
}

}  // namespace

std::string_view record_name(RecordKind kind) {
  return field_names[static_cast<std::size_t>(Field::portability) + static_cast<std::size_t>(kind)];
}

Fields Fields::free() {
  Fields fields;
  fields.bits_ = bit(Field::portability) - 1;
  return fields;
}

std::optional<Fields> Fields::parse(std::string_view list) {
  Fields fields;
  if (list.size() > 200) return std::nullopt;
  for (auto word : split(list, ',')) {
    while (word.starts_with(' ')) word.remove_prefix(1);
    const auto found = std::ranges::find(field_names, word);
    if (found == field_names.end()) return std::nullopt;
    fields.bits_ |= bit(static_cast<Field>(found - field_names.begin()));
  }
  return fields;
}

json::object describe(const Data& data, const Parsed& number, Fields fields) {
  const auto digits = std::string_view(number.e164).substr(1);
  const bool of_country = number.region && number.region->country != "001";
  json::object object;
  object.reserve(16);
  object["phone_number"] = number.e164;
  if (fields.has(Field::validity)) {
    object["valid"] = number.is_valid();
    object["possible"] = number.is_possible();
    object["reason"] = text_or_null(fault_name(number.fault));
  }
  if (fields.has(Field::format)) {
    object["national_format"] =
        number.is_possible() ? json::value(data.plan().national_format(number)) : nullptr;
    object["international_format"] =
        number.is_possible() ? json::value(data.plan().international_format(number)) : nullptr;
  }
  if (fields.has(Field::country)) {
    object["country"] = text_or_null(of_country ? number.region->country : "");
    object["calling_code"] = text_or_null(number.calling_code);
  }
  if (fields.has(Field::region)) {
    object["region"] = text_or_null(number.is_valid() ? data.regions().find(digits) : "");
  }
  if (fields.has(Field::time_zones)) {
    object["time_zones"] = number.is_valid() ? zones_of(data, digits) : json::array();
  }
  if (fields.has(Field::line_type)) object["line_type"] = line_type_name(number.type);
  if (fields.has(Field::carrier)) object["carrier"] = carrier_of(data, number, digits);
  if (fields.has(Field::risk)) object["risk"] = risk_of(number);
  object["data_date"] = data.plan().date();
  return object;
}

json::object describe(RecordKind kind, const Result<Record>& record) {
  json::object object;
  const Record nothing;
  const auto& said = record ? *record : nothing;
  object["status"] = record                                   ? "ok"
                     : record.error().code == Errc::not_found ? "unknown"
                                                              : "unavailable";
  const auto flag = [](const std::optional<bool>& value) {
    return value ? json::value(*value) : json::value(nullptr);
  };
  switch (kind) {
    case RecordKind::portability:
      object["ported"] = flag(said.ported);
      object["carrier"] = text_or_null(said.carrier);
      object["mobile_country_code"] = text_or_null(said.mcc);
      object["mobile_network_code"] = text_or_null(said.mnc);
      break;
    case RecordKind::sim_swap:
      object["swapped"] = flag(said.swapped);
      object["last_swapped"] =
          said.swapped_at ? json::value(to_iso8601(*said.swapped_at)) : json::value(nullptr);
      break;
    case RecordKind::caller_name:
      object["name"] = text_or_null(said.name);
      object["type"] = text_or_null(said.caller_type);
      break;
  }
  return object;
}

}  // namespace cloudvno::lookup
