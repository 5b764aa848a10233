// How prefixes are cut from numbers: by how many of the last digits are left out.
#pragma once

#include <cstddef>

namespace cloudvno::fraud {

inline constexpr std::size_t narrowest_cut = 2;
inline constexpr std::size_t widest_cut = 6;
inline constexpr std::size_t range_cut = 3;  // of what fraud_count keeps
inline constexpr std::size_t fewest_prefix_digits = 4;

}  // namespace cloudvno::fraud
