// How a simulated handset treats what is sent to it, and the handsets that are known by number.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/model/phone_number.hpp"

namespace cloudvno::simulator {

enum class Behavior : std::uint8_t { at_once, late, never, refuses, off, echo };

struct BehaviorEntry {
  Behavior behavior;
  std::string_view name;         // as the API has it: "at_once"
  std::string_view description;  // for people
};

std::span<const BehaviorEntry> behavior_table();
const BehaviorEntry& behavior_entry(Behavior behavior);

// One handset for each behavior, +1 201 555 0100 to 0105. Every other number delivers at once.
struct NamedHandset {
  std::string_view e164;
  std::string_view name;
  Behavior behavior;
};

std::span<const NamedHandset> named_handsets();
const NamedHandset* find_named(const PhoneNumber& handset);
Behavior default_behavior(const PhoneNumber& handset);

}  // namespace cloudvno::simulator
