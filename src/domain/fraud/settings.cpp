// What an account lets through, as one text.
#include "domain/fraud/settings.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace cloudvno::fraud {

namespace json = boost::json;

std::string_view name_of(Enforcement enforcement) {
  return enforcement == Enforcement::enforce ? "enforce" : "monitor";
}

std::string_view name_of(Sensitivity sensitivity) {
  switch (sensitivity) {
    case Sensitivity::low:
      return "low";
    case Sensitivity::high:
      return "high";
    case Sensitivity::normal:
      break;
  }
  return "normal";
}

std::string print(const Settings& settings) {
  json::object object{{"enforcement", name_of(settings.enforcement)},
                      {"sensitivity", name_of(settings.sensitivity)},
                      {"block_score", settings.block_score},
                      {"block_hours", settings.block_hours}};
  if (settings.countries) {
    json::array countries;
    for (const auto& country : *settings.countries) countries.emplace_back(country);
    object["countries"] = std::move(countries);
  }
  return json::serialize(object);
}

Settings read_settings(std::string_view text) {
  const auto value = json::parse(json::string_view(text));
  const auto& object = value.as_object();
  Settings settings;
  if (object.at("enforcement").as_string() == "monitor") {
    settings.enforcement = Enforcement::monitor;
  }
  const auto& sensitivity = object.at("sensitivity").as_string();
  if (sensitivity == "low") settings.sensitivity = Sensitivity::low;
  if (sensitivity == "high") settings.sensitivity = Sensitivity::high;
  settings.block_score = static_cast<int>(object.at("block_score").as_int64());
  settings.block_hours = static_cast<int>(object.at("block_hours").as_int64());
  if (const auto* countries = object.if_contains("countries")) {
    settings.countries.emplace();
    for (const auto& country : countries->as_array()) {
      settings.countries->emplace_back(country.as_string());
    }
  }
  return settings;
}

}  // namespace cloudvno::fraud
