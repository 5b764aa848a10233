// The world's numbering plans (ITU-T E.164; national plans as Google's libphonenumber collects
// them): which numbers there can be, what line they are, how they are written.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "domain/lookup/pattern.hpp"

namespace cloudvno::lookup {

enum class LineType : std::uint8_t {
  unknown,
  fixed_line,
  mobile,
  fixed_line_or_mobile,  // the plan does not tell them apart, as in North America
  toll_free,
  premium_rate,
  shared_cost,
  voip,
  personal,
  pager,
  uan,  // universal access number: of a company
  voicemail,
};
inline constexpr int line_type_count = 12;
std::string_view line_type_name(LineType type);

// Why a number cannot be, or is not, one.
enum class Fault : std::uint8_t {
  none,
  invalid_country_code,
  too_short,
  too_long,
  invalid_length,  // between the shortest and the longest, but none of the plan's
  not_assigned,    // of a right length, in no range that the plan has
};
std::string_view fault_name(Fault fault);  // "too_short"; empty of none

struct NumberFormat {
  Pattern digits;
  Pattern leading;            // not set: any
  std::string national;       // "(0$1) $2"
  std::string international;  // "$1 $2"; empty: is not dialled from abroad
};

struct Region {
  struct Type {
    LineType type = LineType::unknown;
    Pattern digits;
    std::uint32_t lengths = 0;  // a bit for each
  };

  std::string country;  // ISO 3166-1 alpha-2; "001" of codes that belong to no country
  std::string calling_code;
  Pattern leading;
  Pattern digits;
  std::uint32_t lengths = 0;
  std::vector<Type> types;
  std::vector<NumberFormat> formats;
  Pattern international_prefix;  // "00"
  std::string national_prefix;   // "0"
  Pattern prefix_for_parsing;
  std::string prefix_transform;  // "9$1"
};

// A number, taken apart.
struct Parsed {
  std::string e164;                     // "+15550100"
  std::string_view calling_code;        // of the plan; empty where no country has it
  std::string national;                 // the national significant number
  const Region* region = nullptr;       // whose number it is; null: nobody's
  const Region* main_region = nullptr;  // of the calling code
  LineType type = LineType::unknown;
  Fault fault = Fault::none;

  bool is_possible() const { return fault == Fault::none || fault == Fault::not_assigned; }
  bool is_valid() const { return fault == Fault::none; }
  // Whose number it is; where the plan knows of no such range, the calling code's largest country.
  std::string_view country() const {
    const auto* whose = region ? region : main_region;
    return whose ? std::string_view(whose->country) : std::string_view();
  }
};

// Immutable once read. Pure: about a microsecond a number, and no state between numbers.
class NumberingPlan {
 public:
  // The text of plan.txt (tools/lookup_data.py). Errc::invalid_parameter, with the line at fault.
  static Result<NumberingPlan> read(std::string_view text);
  NumberingPlan(NumberingPlan&&) = default;
  NumberingPlan& operator=(NumberingPlan&&) = default;

  // From "+", "00" or nothing before the calling code; or, where a country is given, as it is
  // dialled there. Spaces, dots, hyphens, slashes and brackets are passed over.
  // Errc::invalid_phone_number: other characters, fewer than 3 digits or more than 20.
  // Errc::invalid_parameter: no such country.
  Result<Parsed> parse(std::string_view text, std::string_view country = {}) const;
  // Digits of E.164, calling code first.
  Parsed judge(std::string_view digits) const;

  std::string national_format(const Parsed& number) const;
  std::string international_format(const Parsed& number) const;

  const Region* find_country(std::string_view country) const;
  std::size_t size() const { return regions_.size(); }
  std::string_view date() const { return date_; }

 private:
  friend class PlanReader;
  NumberingPlan() = default;

  // The calling code at the begin of the digits; empty if none.
  std::string_view calling_code(std::string_view digits) const;
  void settle(Parsed& number) const;
  const NumberFormat* format_of(const Parsed& number) const;

  struct Code {
    std::uint16_t first = 0;
    std::uint16_t count = 0;
  };
  std::string date_;
  std::vector<Region> regions_;  // those of one calling code together, its main one first
  std::array<Code, 1000> codes_{};
};

// '$1' … of the template, by the groups.
std::string fill_in(std::string_view format, const Pattern::Groups& groups);

}  // namespace cloudvno::lookup
