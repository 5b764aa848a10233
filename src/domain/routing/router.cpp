// Choosing a carrier.
#include "domain/routing/router.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace cloudvno::routing {
namespace {

// Weighted rendezvous hashing: each carrier draws a number for the pair, and the largest wins; so a
// carrier that comes or goes moves only the pairs that it wins or had won.
double draw(std::uint64_t pair, std::string_view carrier, int weight) {
  std::uint64_t x = pair;
  for (const char c : carrier) x = (x ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  x ^= x >> 33;  // the finaliser of MurmurHash3, so that near pairs draw far numbers
  x *= 0xff51afd7ed558ccdULL;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53ULL;
  x ^= x >> 33;
  const double unit = (static_cast<double>(x >> 11) + 0.5) / 9007199254740992.0;  // in (0, 1)
  return -weight / std::log(unit);
}

std::int64_t price_of(const Route& route) {
  return route.price_per_part ? route.price_per_part->micros
                              : std::numeric_limits<std::int64_t>::max();
}

}  // namespace

std::size_t Router::add(Route route) {
  const double least = route.least_delivered;
  routes_.push_back({std::move(route), Health(least)});
  return routes_.size() - 1;
}

bool Router::knows(const Asked& asked) const {
  return std::ranges::any_of(routes_, [&](const auto& known) { return fits(known.route, asked); });
}

std::optional<Choice> Router::choose(const Asked& asked, Micros now) {
  struct Candidate {
    std::size_t place;
    std::tuple<int, std::int64_t, double> order;  // the least is the best
  };
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    const auto& route = routes_[i].route;
    if (!fits(route, asked)) continue;
    candidates.push_back(
        {i, {route.priority, price_of(route), -draw(asked.pair, route.carrier, route.weight)}});
  }
  if (candidates.empty()) return std::nullopt;
  if (candidates.size() == 1) return Choice{candidates[0].place, "the only carrier that fits"};
  std::ranges::sort(candidates, {}, &Candidate::order);
  std::string left;  // the better ones that are not used, and why
  for (const auto& [place, order] : candidates) {
    auto& [route, health] = routes_[place];
    const auto standing = health.standing(now);
    if (standing == Standing::good) {
      return Choice{place, fmt::format("priority {}{}", route.priority, left)};
    }
    if (standing == Standing::probing && health.take_probe(now)) {
      return Choice{place, fmt::format("priority {}, as a probe{}", route.priority, left)};
    }
    left += fmt::format("; {} was left: {}", route.carrier, health.because());
  }
  return Choice{candidates[0].place,
                fmt::format("priority {}, though none is well{}",
                            routes_[candidates[0].place].route.priority, left)};
}

}  // namespace cloudvno::routing
