// Reading plan.txt: a line a fact, its words apart by tabs.
#include <map>

#include "domain/lookup/lines.hpp"
#include "domain/lookup/numbering_plan.hpp"

namespace cloudvno::lookup {
namespace {

constexpr std::size_t most_regions = 1'000;
constexpr std::size_t most_entries = 200;  // of types and of formats, each region

std::optional<std::uint32_t> read_lengths(std::string_view text) {
  std::uint32_t lengths = 0;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    const auto length = read_number(text.substr(0, comma));
    if (!length || *length < 1 || *length > 20) return std::nullopt;
    lengths |= 1u << *length;
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return lengths;
}

LineType read_type(std::string_view name) {
  for (int i = 0; i < line_type_count; ++i) {
    const auto type = static_cast<LineType>(i);
    if (line_type_name(type) == name) return type;
  }
  return LineType::unknown;
}

// "$1 $2" with the rule "(0$1)" becomes "(0$1) $2".
std::string with_rule(std::string_view format, std::string_view rule) {
  const auto first = format.find('$');
  if (rule.empty() || first == std::string_view::npos || first + 1 == format.size()) {
    return std::string(format);
  }
  // The rule speaks of the first group, whichever that is in the format.
  std::string begin(rule);
  if (const auto group = begin.find('$'); group != std::string::npos && group + 1 < begin.size()) {
    begin[group + 1] = format[first + 1];
  }
  return std::string(format.substr(0, first)) + begin + std::string(format.substr(first + 2));
}

}  // namespace

class PlanReader {
 public:
  Result<NumberingPlan> read(std::string_view text) {
    Lines lines(text);
    TRY_ASSIGN(plan_.date_, read_date(lines));
    while (const auto line = lines.next()) {
      if (!take(split(*line, '\t'))) return lines.fault("is no line of a numbering plan");
    }
    if (plan_.regions_.empty()) return lines.fault("no region");
    for (std::size_t i = 0; i < plan_.regions_.size(); ++i) {
      const auto code = read_number(plan_.regions_[i].calling_code).value_or(0);
      auto& place = plan_.codes_[static_cast<std::size_t>(code)];
      if (place.count == 0) place.first = static_cast<std::uint16_t>(i);
      if (place.first + place.count != static_cast<int>(i)) {
        return lines.fault("the regions of a calling code do not stand together");
      }
      ++place.count;
    }
    return std::move(plan_);
  }

 private:
  bool take(const std::vector<std::string_view>& words) {
    if (words[0] == "region") return words.size() == 5 && take_region(words);
    if (plan_.regions_.empty()) return false;
    auto& region = plan_.regions_.back();
    if (words[0] == "general" && words.size() == 3) {
      const auto lengths = read_lengths(words[2]);
      if (lengths) region.lengths = *lengths;
      return lengths && compile(region.digits, words[1]);
    }
    if (words[0] == "prefix" && words.size() == 4) {
      region.national_prefix = words[1];
      region.prefix_transform = words[3];
      return compile(region.prefix_for_parsing, words[2]);
    }
    if (words[0] == "type" && words.size() == 4) {
      const auto lengths = read_lengths(words[3]);
      region.types.push_back({read_type(words[1]), {}, lengths.value_or(0)});
      return lengths && region.types.back().type != LineType::unknown &&
             region.types.size() < most_entries && compile(region.types.back().digits, words[2]);
    }
    if (words[0] == "format" && words.size() == 6) {
      auto& format = region.formats.emplace_back();
      format.national = with_rule(words[2], words[4]);
      format.international = words[5].empty() ? words[2] : words[5] == "NA" ? "" : words[5];
      return region.formats.size() < most_entries && compile(format.digits, words[1]) &&
             compile(format.leading, words[3]);
    }
    return false;
  }
  bool take_region(const std::vector<std::string_view>& words) {
    const auto code = read_number(words[2]);
    if (!code || *code < 1 || *code > 999 || words[2].front() == '0') return false;
    if (words[1].size() < 2 || words[1].size() > 3) return false;
    auto& region = plan_.regions_.emplace_back();
    region.country = words[1];
    region.calling_code = words[2];
    return plan_.regions_.size() < most_regions && compile(region.international_prefix, words[3]) &&
           compile(region.leading, words[4]);
  }
  // An empty text leaves the pattern unset.
  static bool compile(Pattern& pattern, std::string_view text) {
    if (text.empty()) return true;
    auto compiled = Pattern::compile(text);
    if (compiled) pattern = std::move(*compiled);
    return compiled.has_value();
  }

  NumberingPlan plan_;
};

Result<NumberingPlan> NumberingPlan::read(std::string_view text) {
  return PlanReader().read(text);
}

}  // namespace cloudvno::lookup
