// The tables of behaviors and of named handsets.
#include "connectors/simulator/behavior.hpp"

#include <algorithm>
#include <array>

namespace cloudvno::simulator {
namespace {

constexpr std::array behaviors{
    BehaviorEntry{Behavior::at_once, "at_once", "Delivers at once and says so."},
    BehaviorEntry{Behavior::late, "late", "Delivers after 5 seconds."},
    BehaviorEntry{Behavior::never, "never", "Delivers, but no receipt ever comes."},
    BehaviorEntry{Behavior::refuses, "refuses",
                  "The network refuses the message: no such recipient."},
    BehaviorEntry{Behavior::off, "off", "Switched off: undelivered after 2 seconds."},
    BehaviorEntry{Behavior::echo, "echo", "Delivers at once and sends the same text back."},
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
