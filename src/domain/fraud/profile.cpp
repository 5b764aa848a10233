// Counting what was asked for and given back.
#include "domain/fraud/profile.hpp"

#include <algorithm>
#include <cmath>

#include "domain/fraud/client_network.hpp"
#include "domain/fraud/cuts.hpp"

namespace cloudvno::fraud {
namespace {

constexpr double prior_conversion = 0.6;
constexpr double prior_weight = 10;
constexpr std::size_t seen_places = 4'096;
constexpr std::size_t known_places = 4'096;
constexpr std::uint32_t lately_s = 600;

}  // namespace

std::string_view Profile::range_of(std::string_view digits) {
  return digits.size() < fewest_prefix_digits + range_cut
             ? std::string_view()
             : digits.substr(0, digits.size() - range_cut);
}

std::uint64_t Profile::hash(std::string_view text) const {
  std::uint64_t value = secret_ ^ 0xCBF29CE484222325u;
  for (const char c : text) {
    value = (value ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    value ^= value >> 29;
  }
  value ^= secret_ >> 7;
  value *= 0x9E3779B97F4A7C15u;
  return value ^ value >> 32;
}

bool Profile::is_repeated(std::uint64_t number, Time now) {
  if (seen_.empty()) seen_.resize(seen_places);
  auto& place = seen_[number % seen_places];
  const auto tag = static_cast<std::uint32_t>(number >> 32);
  const auto second = static_cast<std::uint32_t>(to_seconds(now));
  const bool repeated = place.tag == tag && second - place.second < lately_s;
  place = {tag, second};
  return repeated;
}

bool Profile::is_known(std::uint64_t number) const {
  return !known_.empty() && known_[number % known_places] == number;
}

bool Profile::allows(std::string_view country) const {
  const auto& allowed = rules_.settings.countries ? *rules_.settings.countries : rules_.home;
  return std::ranges::binary_search(allowed, country);
}

double Profile::conversion(std::string_view country, Time now) const {
  const auto counts = counters_.read(country_key(country), now);
  const double rate =
      (counts.converted_day + prior_conversion * prior_weight) / (counts.asked_day + prior_weight);
  return std::clamp(rate, 0.3, 0.9);
}

void Profile::count(const Attempt& attempt, const lookup::Parsed& number, double weight, As as,
                    Time now) {
  const auto part = static_cast<float>(weight);
  const auto add = [&](Counts& counts) {
    if (as == As::refused) {
      counts.refused_hour += part;
      return;
    }
    counts.asked_minute += part;
    counts.asked_hour += part;
    if (as == As::usual) counts.asked_day += part;
  };
  const auto digits = attempt.to.digits();
  for (std::size_t cut = narrowest_cut; cut <= widest_cut; ++cut) {
    if (digits.size() < fewest_prefix_digits + cut) break;
    add(counters_.at(prefix_key(digits.substr(0, digits.size() - cut)), now));
  }
  add(counters_.at(country_key(number.country()), now));
  if (!attempt.client_address.empty()) {
    // Who is refused and asks on for other numbers is no less suspect.
    counters_.at(address_key(hash(client_network(attempt.client_address))), now).asked_hour += part;
  }
}

void Profile::converted(const Attempt& attempt, const lookup::Parsed& number, Time now) {
  const auto add = [](Counts& counts) {
    ++counts.converted_minute;
    ++counts.converted_hour;
    ++counts.converted_day;
  };
  const auto digits = attempt.to.digits();
  for (std::size_t cut = narrowest_cut; cut <= widest_cut; ++cut) {
    if (digits.size() < fewest_prefix_digits + cut) break;
    add(counters_.at(prefix_key(digits.substr(0, digits.size() - cut)), now));
  }
  add(counters_.at(country_key(number.country()), now));
  if (!attempt.client_address.empty()) {
    add(counters_.at(address_key(hash(client_network(attempt.client_address))), now));
  }
  if (known_.empty()) known_.resize(known_places);
  const auto hashed = hash(digits);
  known_[hashed % known_places] = hashed;
}

bool Profile::block(const std::string& prefix, Time until) {
  auto& place = blocks_[prefix_key(prefix)];
  place = std::max(place, until);
  if (blocks_.size() <= most_blocks) return true;
  blocks_.erase(prefix_key(prefix));
  return false;
}

void Profile::seed(std::string_view prefix, std::int64_t asked, std::int64_t converted,
                   Time counted, std::string_view country, Time now) {
  const auto age = std::max(0.0, static_cast<double>(to_micros(now) - to_micros(counted)) / 3.6e9);
  const auto hour = static_cast<float>(std::exp2(-age));
  const auto day = static_cast<float>(std::exp2(-age / 24));
  const auto add = [&](Counts& counts) {
    counts.asked_hour += static_cast<float>(asked) * hour;
    counts.converted_hour += static_cast<float>(converted) * hour;
    // What never came back is not what is usual.
    if (converted > 0) counts.asked_day += static_cast<float>(asked) * day;
    counts.converted_day += static_cast<float>(converted) * day;
  };
  for (std::size_t cut = 0; cut <= widest_cut - range_cut; ++cut) {
    if (prefix.size() < fewest_prefix_digits + cut) break;
    add(counters_.at(prefix_key(prefix.substr(0, prefix.size() - cut)), now));
  }
  add(counters_.at(country_key(country), now));
}

}  // namespace cloudvno::fraud
