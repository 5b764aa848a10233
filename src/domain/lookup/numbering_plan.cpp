// Taking a number apart by the numbering plans, and writing it as its country does.
#include "domain/lookup/numbering_plan.hpp"

#include <algorithm>
#include <bit>

namespace cloudvno::lookup {
namespace {

constexpr std::size_t fewest_digits = 3;
constexpr std::size_t most_digits = 20;
constexpr std::size_t most_characters = 40;

constexpr std::array<std::string_view, line_type_count> type_names{
    "unknown",   "fixed_line",   "mobile",      "fixed_line_or_mobile",
    "toll_free", "premium_rate", "shared_cost", "voip",
    "personal",  "pager",        "uan",         "voicemail"};

Fault judge_length(const Region& region, std::size_t length) {
  if (length < 32 && (region.lengths & 1u << length) != 0) return Fault::none;
  const auto shortest = static_cast<std::size_t>(std::countr_zero(region.lengths));
  const auto longest = static_cast<std::size_t>(std::bit_width(region.lengths)) - 1;
  if (length < shortest) return Fault::too_short;
  return length > longest ? Fault::too_long : Fault::invalid_length;
}

// In the order in which a number of several types is said to be one.
constexpr LineType precedence[] = {
    LineType::premium_rate, LineType::toll_free, LineType::shared_cost, LineType::voip,
    LineType::personal,     LineType::pager,     LineType::uan,         LineType::voicemail};

bool is_of(const Region& region, LineType type, std::string_view national) {
  const auto found = std::ranges::find(region.types, type, &Region::Type::type);
  return found != region.types.end() && national.size() < 32 &&
         (found->lengths & 1u << national.size()) != 0 && found->digits.matches(national);
}

LineType type_in(const Region& region, std::string_view national) {
  if (!region.digits.matches(national)) return LineType::unknown;
  for (const auto type : precedence) {
    if (is_of(region, type, national)) return type;
  }
  const bool fixed = is_of(region, LineType::fixed_line, national);
  const bool mobile = is_of(region, LineType::mobile, national);
  if (fixed) return mobile ? LineType::fixed_line_or_mobile : LineType::fixed_line;
  return mobile ? LineType::mobile : LineType::unknown;
}

// "0" of "0170…", where the number is not one with it.
std::string without_national_prefix(const Region& region, std::string_view national) {
  Pattern::Groups groups;
  if (!region.prefix_for_parsing.is_set() ||
      !region.prefix_for_parsing.matches_begin(national, groups) || groups[0].empty()) {
    return std::string(national);
  }
  std::string stripped;
  std::size_t last = 0;
  for (std::size_t i = 1; i < groups.size(); ++i) {
    if (groups[i].data() != nullptr) last = i;
  }
  // The transform speaks of groups, so without them there is nothing for it to do.
  if (!region.prefix_transform.empty() && last != 0 && !groups[last].empty()) {
    stripped = fill_in(region.prefix_transform, groups);
  }
  stripped += national.substr(groups[0].size());
  const bool was_one = region.digits.matches(national);
  return was_one && !region.digits.matches(stripped) ? std::string(national) : stripped;
}

}  // namespace

std::string_view line_type_name(LineType type) {
  return type_names[static_cast<std::size_t>(type)];
}

std::string_view fault_name(Fault fault) {
  switch (fault) {
    case Fault::none:
      return "";
    case Fault::invalid_country_code:
      return "invalid_country_code";
    case Fault::too_short:
      return "too_short";
    case Fault::too_long:
      return "too_long";
    case Fault::invalid_length:
      return "invalid_length";
    case Fault::not_assigned:
      return "not_assigned";
  }
  return "";
}

std::string fill_in(std::string_view format, const Pattern::Groups& groups) {
  std::string out;
  for (std::size_t i = 0; i < format.size(); ++i) {
    const bool group =
        format[i] == '$' && i + 1 < format.size() && format[i + 1] >= '1' && format[i + 1] <= '9';
    if (group) {
      out += groups[static_cast<std::size_t>(format[++i] - '0')];
    } else {
      out += format[i];
    }
  }
  return out;
}

std::string_view NumberingPlan::calling_code(std::string_view digits) const {
  std::size_t value = 0;
  for (std::size_t length = 1; length <= 3 && length <= digits.size(); ++length) {
    value = value * 10 + static_cast<std::size_t>(digits[length - 1] - '0');
    if (value == 0) return {};
    if (codes_[value].count > 0) return digits.substr(0, length);
  }
  return {};
}

const Region* NumberingPlan::find_country(std::string_view country) const {
  const auto found = std::ranges::find(regions_, country, &Region::country);
  return found == regions_.end() || country == "001" ? nullptr : &*found;
}

Result<Parsed> NumberingPlan::parse(std::string_view text, std::string_view country) const {
  const Region* home = country.empty() ? nullptr : find_country(country);
  if (!country.empty() && !home) {
    return fail(Errc::invalid_parameter, "`country` is no code of a country (ISO 3166-1)",
                "country");
  }
  const auto refused = [] { return fail(Errc::invalid_phone_number, {}, "number"); };
  if (text.size() > most_characters) return refused();
  std::string digits;
  bool international = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c >= '0' && c <= '9') {
      digits += c;
    } else if (c == '+' && digits.empty() && !international) {
      international = true;
    } else if (std::string_view(" -./()").find(c) == std::string_view::npos) {
      return refused();
    }
  }
  if (digits.size() < fewest_digits || digits.size() > most_digits) return refused();
  if (!home) {
    if (!international && digits.starts_with("00")) digits.erase(0, 2);
    return judge(digits);
  }
  Pattern::Groups groups;
  if (!international && home->international_prefix.is_set() &&
      home->international_prefix.matches_begin(digits, groups) &&
      digits.size() > groups[0].size() && digits[groups[0].size()] != '0') {
    return judge(std::string_view(digits).substr(groups[0].size()));
  }
  if (international) return judge(digits);
  // "4930…" said in Germany is a number with its calling code, if it is no German one without.
  if (digits.starts_with(home->calling_code) && !home->digits.matches(digits)) {
    auto abroad = judge(digits);
    if (abroad.is_valid()) return abroad;
  }
  return judge(home->calling_code + without_national_prefix(*home, digits));
}

Parsed NumberingPlan::judge(std::string_view digits) const {
  Parsed number;
  const auto code = calling_code(digits);
  if (code.empty()) {
    number.e164 = "+" + std::string(digits);
    number.fault = Fault::invalid_country_code;
    return number;
  }
  std::size_t value = 0;
  for (const char c : code) value = value * 10 + static_cast<std::size_t>(c - '0');
  number.main_region = &regions_[codes_[value].first];
  number.calling_code = number.main_region->calling_code;
  number.national = digits.substr(code.size());
  // "+44 (0)20…": the zero is for callers within the country.
  auto stripped = without_national_prefix(*number.main_region, number.national);
  if (stripped != number.national && number.main_region->digits.matches(stripped)) {
    number.national = std::move(stripped);
  }
  number.e164 = fmt::format("+{}{}", code, number.national);
  settle(number);
  return number;
}

void NumberingPlan::settle(Parsed& number) const {
  number.fault = judge_length(*number.main_region, number.national.size());
  const auto first = static_cast<std::size_t>(number.main_region - regions_.data());
  for (auto i = first; i < regions_.size() && regions_[i].calling_code == number.calling_code;
       ++i) {
    const auto& region = regions_[i];
    // Regions that say how their numbers begin need not be asked further which are theirs.
    if (region.leading.is_set()) {
      if (!region.leading.matches_begin(number.national)) continue;
      number.region = &region;
      number.type = type_in(region, number.national);
      break;
    }
    number.type = type_in(region, number.national);
    if (number.type != LineType::unknown) {
      number.region = &region;
      break;
    }
  }
  if (number.fault != Fault::none) return;
  if (number.type == LineType::unknown) number.fault = Fault::not_assigned;
}

const NumberFormat* NumberingPlan::format_of(const Parsed& number) const {
  if (!number.main_region) return nullptr;
  const auto* region =
      number.region && !number.region->formats.empty() ? number.region : number.main_region;
  for (const auto& format : region->formats) {
    if (format.leading.is_set() && !format.leading.matches_begin(number.national)) continue;
    if (format.digits.matches(number.national)) return &format;
  }
  return nullptr;
}

std::string NumberingPlan::national_format(const Parsed& number) const {
  const auto* format = format_of(number);
  if (!format) return number.national.empty() ? number.e164.substr(1) : number.national;
  Pattern::Groups groups;
  format->digits.matches(number.national, groups);
  return fill_in(format->national, groups);
}

std::string NumberingPlan::international_format(const Parsed& number) const {
  if (!number.main_region) return number.e164;
  const auto* format = format_of(number);
  Pattern::Groups groups;
  if (!format || format->international.empty()) {
    return fmt::format("+{} {}", number.calling_code, number.national);
  }
  format->digits.matches(number.national, groups);
  return fmt::format("+{} {}", number.calling_code, fill_in(format->international, groups));
}

}  // namespace cloudvno::lookup
