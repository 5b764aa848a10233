// Patterns of digits, in the part of regular expressions that numbering plans use: digits, \d, sets
// ([2-46]), groups, alternatives, ?, {n}, {n,m}, and $.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace cloudvno::lookup {

// Immutable. There is no unbounded repetition, so a match ends; branches that the next digit rules
// out are not entered, so of the plans' patterns each digit is looked at about once.
class Pattern {
 public:
  // What the groups of a match hold, the whole match being the first; views of the digits.
  using Groups = std::array<std::string_view, 10>;

  Pattern() = default;  // matches nothing
  // Nothing for a text that is no such pattern, or one of more than 20,000 steps.
  static std::optional<Pattern> compile(std::string_view text);

  bool is_set() const { return !steps_.empty(); }
  // `digits` are '0' to '9' only.
  bool matches(std::string_view digits) const {
    int branches = most_branches;
    return run(0, digits, 0, true, nullptr, branches);
  }
  bool matches(std::string_view digits, Groups& groups) const;
  bool matches_begin(std::string_view digits) const {
    int branches = most_branches;
    return run(0, digits, 0, false, nullptr, branches);
  }
  bool matches_begin(std::string_view digits, Groups& groups) const;

 private:
  friend class PatternCompiler;

  enum class Kind : std::uint8_t { digit, split, jump, save, at_end, accept };
  struct Step {
    Kind kind = Kind::accept;
    std::uint16_t digits = 0;     // of digit: a bit for each
    std::uint16_t may_begin = 0;  // what may come next from here; bit 10: nothing
    std::uint16_t to = 0;         // of split (the branch to prefer), jump, save (which border)
    std::uint16_t other = 0;      // of split
  };
  using Borders = std::array<std::size_t, 20>;

  bool run(std::size_t step, std::string_view digits, std::size_t at, bool whole, Borders* borders,
           int& branches) const;
  // Tried for one match: a hundred times what the plans' patterns need. Beyond, nothing matches.
  static constexpr int most_branches = 10'000;
  bool may_go(const Step& step, std::string_view digits, std::size_t at, bool whole) const;
  static Groups groups_of(const Borders& borders, std::string_view digits);

  std::vector<Step> steps_;
};

}  // namespace cloudvno::lookup
