// Sharing recipients out among senders, in proportion to their pace: weighted rendezvous hashing.
// Pure: the same seed and candidates give the same choice, in every process.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace cloudvno::senders {

struct Candidate {
  std::string id;
  double pace = 1;  // segments a second; more than 0
};

// The place of the chosen one; there is at least one. `seed` stands for the recipient. Each
// candidate gets a share of the seeds that is its pace's share of all paces; one that comes takes
// seeds over from all, and one that goes leaves its own to all, and nothing else moves.
std::size_t choose_by_pace(ByteView seed, std::span<const Candidate> candidates);

// Segments a second that a number of this type may send (product.md section 1).
double pace_of(std::string_view number_type);

}  // namespace cloudvno::senders
