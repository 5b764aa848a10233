// The judgement: every figure that decides stands at the top.
#include <algorithm>
#include <cmath>

#include "domain/fraud/client_network.hpp"
#include "domain/fraud/cuts.hpp"
#include "domain/fraud/profile.hpp"
#include "domain/lookup/risk.hpp"

namespace cloudvno::fraud {
namespace {

// A range is what is left of a number without its last digits: of 100, 1,000 and 10,000 numbers.
// With so many codes unexplained by conversions a range counts as attacked; with so many where its
// neighbourhood (of 100,000 or a million numbers) is under suspicion.
struct RangeRule {
  std::size_t cut;
  double bearable;
  double bearable_in_suspicion;
};
constexpr RangeRule ranges[] = {{2, 4, 1.5}, {3, 5, 1.5}, {4, 8, 1.5}};
constexpr std::size_t wide_cuts[] = {5, 6};
constexpr double bearable_in_a_minute = 12;  // in a neighbourhood, more than is usual there
constexpr double bearable_in_an_hour = 25;
constexpr double hopeless = 60;         // then a range of 100,000 is blocked as a whole,
constexpr double hopeless_share = 0.1;  // if hardly anything comes back from there
constexpr double bearable_of_address = 10;
constexpr double bearable_after_block = 6;  // refused within the hour, at the end of a block

// A test key costs nothing, and a developer tries many handsets and gives few codes back.
constexpr double patience_in_test = 8;
constexpr double repeat_weight = 0.25;  // of who asks again for the same number

constexpr int refused = 100;
constexpr int full_points = 75;
constexpr int known_number = -40;

double variance(double explained, double rate) {
  return explained * (1 - rate) / rate;
}

}  // namespace

// One attempt being judged.
class Profile::Judge {
 public:
  Judge(Profile& profile, const Attempt& attempt, const lookup::Parsed& number, Time now)
      : self_(profile),
        attempt_(attempt),
        number_(number),
        now_(now),
        digits_(attempt.to.digits()),
        country_(number.country()),
        patience_(profile.rules_.settings.patience() * (attempt.live ? 1 : patience_in_test)),
        conversion_(profile.conversion(country_, now)) {}

  Verdict run() {
    const auto hash = self_.hash(digits_);
    const bool repeated = self_.is_repeated(hash, now_);
    weight_ = repeated ? repeat_weight : 1;
    if (self_.rules_.safe.contains(attempt_.to.e164())) {
      verdict_.risk.reasons.push_back({"safe_number", 0});
      self_.count(attempt_, number_, weight_, As::usual, now_);
      return std::move(verdict_);
    }
    judge_number();
    judge_country();
    judge_blocks();
    judge_neighbourhood();
    const int neighbours = judge_ranges();
    judge_address();
    // Who gave a code back before is nobody's invention, and passes where others wait.
    if (self_.is_known(hash)) {
      add("known_number", known_number);
      if (only_for_its_place_) score_ = std::min(score_, block_score() - 1);
    }
    finish(neighbours);
    self_.count(attempt_, number_, weight_,
                verdict_.risk.blocked          ? As::refused
                : suspicion_ || neighbours > 0 ? As::suspect
                                               : As::usual,
                now_);
    return std::move(verdict_);
  }

 private:
  int block_score() const { return self_.rules_.settings.block_score; }
  void add(std::string_view name, int points) {
    if (points == 0) return;
    verdict_.risk.reasons.push_back({std::string(name), points});
    score_ += points;
  }
  // What is not for where the number stands among others cannot be made good by being known.
  void add_for_itself(std::string_view name, int points) {
    add(name, points);
    own_points_ += points;
    if (own_points_ >= block_score()) only_for_its_place_ = false;
  }

  void judge_number() {
    for (const auto& reason : lookup::judge_number(number_).reasons) {
      add_for_itself(reason.name, reason.points);
    }
  }

  void judge_country() {
    if (!self_.allows(country_)) add_for_itself("country_not_allowed", refused);
  }

  void judge_blocks() {
    for (std::size_t length = digits_.size(); length >= 1 && !self_.blocks_.empty(); --length) {
      const auto found = self_.blocks_.find(prefix_key(digits_.substr(0, length)));
      if (found == self_.blocks_.end()) continue;
      if (found->second > now_) {
        blocked_prefix_ = true;
        add("prefix_blocked", refused);
        return;
      }
      self_.blocks_.erase(found);
      judge_ended(length);
    }
  }

  // A block that is over, and whose range is asked for on and on, begins anew.
  void judge_ended(std::size_t length) {
    const auto counts = self_.counters_.read(prefix_key(digits_.substr(0, length)), now_);
    const double usual = counts.asked_day / 24;
    if (counts.refused_hour < patience_ * bearable_after_block + 2 * usual + 3 * std::sqrt(usual)) {
      return;
    }
    still_attacked_ = true;
    attacked_cut_ = digits_.size() - length;
    add("still_attacked", full_points);
  }

  // Codes asked for that no conversion accounts for; with this one.
  double unexplained(const Counts& counts) const {
    return counts.asked_hour + weight_ - counts.converted_hour / conversion_;
  }
  // What chance adds to that in honest traffic of the size that the conversions show, and what is
  // still under way of it.
  double allowance(const Counts& counts) const {
    const double explained = counts.converted_hour / conversion_;
    return 3.5 * std::sqrt(variance(explained, conversion_)) + counts.converted_minute;
  }

  std::optional<Counts> counts_without(std::size_t cut) const {
    if (digits_.size() < fewest_prefix_digits + cut) return std::nullopt;
    return self_.counters_.read(prefix_key(digits_.substr(0, digits_.size() - cut)), now_);
  }

  void judge_neighbourhood() {
    for (const auto cut : wide_cuts) {
      const auto counts = counts_without(cut);
      if (!counts) continue;
      const double usual = counts->asked_day / 1'440;  // of a minute
      const double explained = counts->converted_minute / conversion_;
      const double minute = counts->asked_minute + weight_ - explained;
      const bool burst = minute >= patience_ * bearable_in_a_minute + 2 * usual +
                                       3 * std::sqrt(usual) + 4 * std::sqrt(explained);
      const double hour = unexplained(*counts);
      const bool slow = hour >= patience_ * bearable_in_an_hour + allowance(*counts) + 2 * usual;
      if (!burst && !slow) continue;
      suspicion_ = true;
      if (cut == wide_cuts[0] && hour >= patience_ * hopeless &&
          counts->converted_hour < hopeless_share * conversion_ * counts->asked_hour) {
        hopeless_ = true;
      }
    }
    if (suspicion_) add("prefix_velocity", 25);
  }

  // Answers how near the narrowest ranges are to being attacked: 75 if one is.
  int judge_ranges() {
    int most = 0;
    for (const auto& rule : ranges) {
      const auto counts = counts_without(rule.cut);
      if (!counts) continue;
      const double bearable =
          patience_ * (suspicion_ ? rule.bearable_in_suspicion : rule.bearable) +
          allowance(*counts);
      const double share = unexplained(*counts) / bearable;
      const int points = std::clamp(static_cast<int>(share * full_points), 0, full_points);
      if (points <= most) continue;
      most = points;
      if (points == full_points && !still_attacked_) attacked_cut_ = rule.cut;
    }
    if (hopeless_) {
      most = full_points;
      attacked_cut_ = wide_cuts[0];
    }
    // The first few in a range are nothing.
    if (most < full_points / 2) return 0;
    add("neighbouring_numbers", most);
    return most;
  }

  void judge_address() {
    if (attempt_.client_address.empty()) return;
    const auto counts = self_.counters_.read(
        address_key(self_.hash(client_network(attempt_.client_address))), now_);
    const double bearable = patience_ * bearable_of_address + allowance(counts);
    const int points =
        std::clamp(static_cast<int>(unexplained(counts) / bearable * full_points), 0, full_points);
    if (points >= full_points / 2) add_for_itself("one_address", points);
  }

  void finish(int neighbours) {
    auto& risk = verdict_.risk;
    risk.score = std::clamp(score_, 0, 100);
    if (self_.rules_.settings.enforcement == Enforcement::monitor) return;
    risk.blocked = risk.score >= block_score();
    const bool attacked = neighbours == full_points || still_attacked_;
    if (risk.blocked && attacked && attacked_cut_ != 0 && !blocked_prefix_) {
      verdict_.prefix_to_block = digits_.substr(0, digits_.size() - attacked_cut_);
    }
  }

  Profile& self_;
  const Attempt& attempt_;
  const lookup::Parsed& number_;
  Time now_;
  std::string_view digits_;
  std::string_view country_;
  double patience_;
  double conversion_;
  double weight_ = 1;
  Verdict verdict_;
  int score_ = 0;
  int own_points_ = 0;
  bool only_for_its_place_ = true;
  bool blocked_prefix_ = false;
  bool suspicion_ = false;
  bool hopeless_ = false;
  bool still_attacked_ = false;
  std::size_t attacked_cut_ = 0;
};

Risk Profile::standing(const Attempt& attempt, const lookup::Parsed& number, Time now) const {
  Risk risk;
  if (rules_.safe.contains(attempt.to.e164())) return risk;
  const auto digits = attempt.to.digits();
  if (!allows(number.country())) risk.reasons.push_back({"country_not_allowed", refused});
  // A known number passes blocks, as judge() has it.
  for (auto length = is_known(hash(digits)) ? 0 : digits.size(); length >= 1; --length) {
    const auto found = blocks_.find(prefix_key(digits.substr(0, length)));
    if (found == blocks_.end() || found->second <= now) continue;
    risk.reasons.push_back({"prefix_blocked", refused});
    break;
  }
  if (risk.reasons.empty()) return risk;
  risk.score = refused;
  risk.blocked = rules_.settings.enforcement != Enforcement::monitor;
  return risk;
}

Verdict Profile::judge(const Attempt& attempt, const lookup::Parsed& number, Time now) {
  return Judge(*this, attempt, number, now).run();
}

}  // namespace cloudvno::fraud
