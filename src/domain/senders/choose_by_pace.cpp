// Weighted rendezvous hashing.
#include "domain/senders/choose_by_pace.hpp"

#include <cmath>

#include "base/invariant.hpp"
#include "base/sha256.hpp"

namespace cloudvno::senders {
namespace {

// Uniform between 0 and 1, neither of them: 53 bits, as many as a double holds.
double draw(ByteView seed, std::string_view id) {
  std::string text(as_text(seed));
  text += id;
  const auto hash = sha256(text);
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < 8; ++i) bits = bits << 8 | hash[i];
  return (static_cast<double>(bits >> 11) + 0.5) * 0x1p-53;
}

}  // namespace

std::size_t choose_by_pace(ByteView seed, std::span<const Candidate> candidates) {
  invariant(!candidates.empty(), "somebody to choose");
  std::size_t chosen = 0;
  double least = 0;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    // Exponentially distributed with the pace as its rate: the least of several is a candidate's
    // with the probability of its share.
    const double wait = -std::log(draw(seed, candidates[i].id)) / candidates[i].pace;
    if (i == 0 || wait < least) {
      chosen = i;
      least = wait;
    }
  }
  return chosen;
}

double pace_of(std::string_view number_type) {
  if (number_type == "short-code") return 500;
  if (number_type == "toll-free") return 3;
  return 1;
}

}  // namespace cloudvno::senders
