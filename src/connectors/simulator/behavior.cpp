// The tables of behaviors and of named handsets.
#include "connectors/simulator/behavior.hpp"

#include <algorithm>
#include <array>

namespace cloudvno::simulator {
namespace {

constexpr std::array behaviors{
    BehaviorEntry{Behavior::at_once, "at_once", "Delivers at once."},
    BehaviorEntry{Behavior::late, "late", "Delivers after 5 seconds."},
    BehaviorEntry{Behavior::never, "never", "Delivers, but sends no receipt."},
    BehaviorEntry{Behavior::refuses, "refuses", "Refused: no such recipient."},
    BehaviorEntry{Behavior::off, "off", "Switched off: fails after 2 s."},
    BehaviorEntry{Behavior::echo, "echo", "Delivers and echoes it back."},
};

constexpr std::array handsets{
    NamedHandset{"+12015550100", "Ada", Behavior::at_once},
    NamedHandset{"+12015550101", "Lou, late", Behavior::late},
    NamedHandset{"+12015550102", "Nia, no receipts", Behavior::never},
    NamedHandset{"+12015550103", "Ray, refuses", Behavior::refuses},
    NamedHandset{"+12015550104", "Oda, switched off", Behavior::off},
    NamedHandset{"+12015550105", "Eko, echoes", Behavior::echo},
};

}  // namespace

std::span<const BehaviorEntry> behavior_table() {
  return behaviors;
}

const BehaviorEntry& behavior_entry(Behavior behavior) {
  return behaviors[static_cast<std::size_t>(behavior)];
}

std::span<const NamedHandset> named_handsets() {
  return handsets;
}

const NamedHandset* find_named(const PhoneNumber& handset) {
  const auto found = std::ranges::find(handsets, handset.e164(), &NamedHandset::e164);
  return found == handsets.end() ? nullptr : &*found;
}

Behavior default_behavior(const PhoneNumber& handset) {
  const auto* named = find_named(handset);
  return named ? named->behavior : Behavior::at_once;
}

}  // namespace cloudvno::simulator
