// Compiling patterns of digits to steps, and running these with backtracking.
#include "domain/lookup/pattern.hpp"

#include <functional>

namespace cloudvno::lookup {
namespace {

constexpr std::uint16_t nothing_more = 1u << 10;
constexpr std::size_t most_steps = 20'000;
constexpr int most_depth = 64;
constexpr std::size_t unset = static_cast<std::size_t>(-1);

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

// Reads the text once for each time that a part of it repeats: the parts are short.
class PatternCompiler {
 public:
  using Kind = Pattern::Kind;

  explicit PatternCompiler(std::string_view text) : text_(text) {}

  std::optional<Pattern> compile() {
    alternatives();
    if (at_ != text_.size()) failed_ = true;
    add({.kind = Kind::accept});
    if (failed_) return std::nullopt;
    // Steps only lead forward, so from behind all is known already.
    for (auto i = steps_.size(); i-- > 0;) steps_[i].may_begin = begin_of(i);
    Pattern pattern;
    pattern.steps_ = std::move(steps_);
    return pattern;
  }

 private:
  bool more() const { return !failed_ && at_ < text_.size(); }
  bool take(std::string_view what) {
    if (!text_.substr(at_).starts_with(what)) return false;
    at_ += what.size();
    return true;
  }
  std::size_t add(Pattern::Step step) {
    if (steps_.size() >= most_steps) failed_ = true;
    if (!failed_) steps_.push_back(step);
    return steps_.size() - 1;
  }
  std::uint16_t next() const { return static_cast<std::uint16_t>(steps_.size()); }

  std::uint16_t begin_of(std::size_t i) const {
    const auto& step = steps_[i];
    switch (step.kind) {
      case Kind::digit:
        return step.digits;
      case Kind::split:
        return steps_[step.to].may_begin | steps_[step.other].may_begin;
      case Kind::jump:
        return steps_[step.to].may_begin;
      case Kind::save:
        return steps_[i + 1].may_begin;
      case Kind::at_end:
      case Kind::accept:
        return nothing_more;
    }
    return 0;
  }

  // a|b|c: each but the last behind a split, and each but the last ends with a jump.
  void alternatives() {
    if (++depth_ > most_depth) failed_ = true;
    std::vector<std::size_t> jumps;
    while (!failed_) {
      // Whether another follows is seen only at its end; so look ahead.
      const bool last = !has_alternative();
      const auto split = last ? 0 : add({.kind = Kind::split});
      if (!last) steps_[split].to = next();
      sequence();
      if (failed_ || last) break;
      jumps.push_back(add({.kind = Kind::jump}));
      if (failed_) break;
      steps_[split].other = next();
      if (!take("|")) failed_ = true;
    }
    for (const auto jump : jumps) steps_[jump].to = next();
    --depth_;
  }
  bool has_alternative() const {
    int open = 0;
    bool in_set = false;
    for (auto i = at_; i < text_.size(); ++i) {
      const char c = text_[i];
      if (in_set) {
        in_set = c != ']';
      } else if (c == '[') {
        in_set = true;
      } else if (c == '(') {
        ++open;
      } else if (c == ')') {
        if (open-- == 0) return false;
      } else if (c == '|' && open == 0) {
        return true;
      }
    }
    return false;
  }

  void sequence() {
    while (more() && text_[at_] != '|' && text_[at_] != ')') repeated();
  }

  void repeated() {
    const auto begin = at_;
    const auto first_step = steps_.size();
    const auto first_group = groups_;
    atom();
    const auto end = at_;
    unsigned least = 1;
    unsigned most = 1;
    if (take("?")) {
      least = 0;
    } else if (take("{")) {
      least = most = number();
      if (take(",")) most = number();
      if (!take("}") || most < least || most > 20) failed_ = true;
    }
    const auto behind = at_;
    if (failed_ || (least == 1 && most == 1)) return;
    steps_.resize(first_step);
    std::vector<std::size_t> splits;
    for (unsigned i = 0; i < most && !failed_; ++i) {
      if (i >= least) {
        splits.push_back(add({.kind = Kind::split}));
        if (!failed_) steps_[splits.back()].to = next();
      }
      at_ = begin;
      groups_ = first_group;
      atom();
      if (at_ != end) failed_ = true;
    }
    for (const auto split : splits) {
      if (!failed_) steps_[split].other = next();
    }
    at_ = behind;
  }

  void atom() {
    // Groups of nothing make no steps, however often they are read.
    if (!more() || ++atoms_ > most_steps) {
      failed_ = true;
      return;
    }
    if (take("(?:")) {
      alternatives();
      if (!take(")")) failed_ = true;
    } else if (take("(")) {
      const auto group = ++groups_;
      if (group > 9) failed_ = true;
      add({.kind = Kind::save, .to = static_cast<std::uint16_t>(2 * group)});
      alternatives();
      add({.kind = Kind::save, .to = static_cast<std::uint16_t>(2 * group + 1)});
      if (!take(")")) failed_ = true;
    } else if (take("\\d")) {
      add({.kind = Kind::digit, .digits = nothing_more - 1});
    } else if (take("[")) {
      set();
    } else if (take("$")) {
      add({.kind = Kind::at_end});
    } else if (is_digit(text_[at_])) {
      add({.kind = Kind::digit, .digits = static_cast<std::uint16_t>(1u << (text_[at_] - '0'))});
      ++at_;
    } else {
      failed_ = true;
    }
  }

  void set() {
    std::uint16_t digits = 0;
    while (more() && !take("]")) {
      const char from = text_[at_++];
      char to = from;
      if (take("-") && more()) to = text_[at_++];
      if (!is_digit(from) || !is_digit(to) || to < from) failed_ = true;
      for (char c = from; c <= to && !failed_; ++c) {
        digits |= static_cast<std::uint16_t>(1u << (c - '0'));
      }
    }
    if (text_[at_ - 1] != ']' || digits == 0) failed_ = true;
    add({.kind = Kind::digit, .digits = digits});
  }

  unsigned number() {
    unsigned value = 0;
    const auto begin = at_;
    while (more() && is_digit(text_[at_]) && at_ - begin < 3) {
      value = value * 10 + static_cast<unsigned>(text_[at_++] - '0');
    }
    if (at_ == begin) failed_ = true;
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Pattern::Step> steps_;
  unsigned groups_ = 0;
  std::size_t atoms_ = 0;
  int depth_ = 0;
  bool failed_ = false;
};

std::optional<Pattern> Pattern::compile(std::string_view text) {
  return PatternCompiler(text).compile();
}

bool Pattern::may_go(const Step& step, std::string_view digits, std::size_t at, bool whole) const {
  const bool may_end = (step.may_begin & nothing_more) != 0;
  if (at == digits.size()) return may_end;
  const auto digit = 1u << (digits[at] - '0');
  return (step.may_begin & digit) != 0 || (may_end && !whole);
}

bool Pattern::run(std::size_t i, std::string_view digits, std::size_t at, bool whole,
                  Borders* borders, int& branches) const {
  if (steps_.empty()) return false;
  while (true) {
    const auto& step = steps_[i];
    switch (step.kind) {
      case Kind::digit:
        if (at == digits.size() || (step.digits & 1u << (digits[at] - '0')) == 0) return false;
        ++at;
        ++i;
        break;
      case Kind::split:
        if (!may_go(steps_[step.to], digits, at, whole)) {
          i = step.other;
        } else if (!may_go(steps_[step.other], digits, at, whole)) {
          i = step.to;
        } else {
          if (--branches < 0) return false;
          if (run(step.to, digits, at, whole, borders, branches)) return true;
          i = step.other;
        }
        break;
      case Kind::jump:
        i = step.to;
        break;
      case Kind::save: {
        if (!borders) {
          ++i;
          break;
        }
        const auto before = (*borders)[step.to];
        (*borders)[step.to] = at;
        if (run(i + 1, digits, at, whole, borders, branches)) return true;
        (*borders)[step.to] = before;
        return false;
      }
      case Kind::at_end:
        if (at != digits.size()) return false;
        ++i;
        break;
      case Kind::accept:
        if (whole && at != digits.size()) return false;
        if (borders) (*borders)[1] = at;
        return true;
    }
  }
}

Pattern::Groups Pattern::groups_of(const Borders& borders, std::string_view digits) {
  Groups groups;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const auto begin = borders[2 * i];
    const auto end = borders[2 * i + 1];
    if (begin != unset && end != unset) groups[i] = digits.substr(begin, end - begin);
  }
  return groups;
}

bool Pattern::matches(std::string_view digits, Groups& groups) const {
  Borders borders;
  borders.fill(unset);
  borders[0] = 0;
  int branches = most_branches;
  if (!run(0, digits, 0, true, &borders, branches)) return false;
  groups = groups_of(borders, digits);
  return true;
}

bool Pattern::matches_begin(std::string_view digits, Groups& groups) const {
  Borders borders;
  borders.fill(unset);
  borders[0] = 0;
  int branches = most_branches;
  if (!run(0, digits, 0, false, &borders, branches)) return false;
  groups = groups_of(borders, digits);
  return true;
}

}  // namespace cloudvno::lookup
