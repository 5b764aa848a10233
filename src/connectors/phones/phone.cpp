// The tables of behaviors and of the telephones that are known by number.
#include "connectors/phones/phone.hpp"

#include <algorithm>
#include <array>

namespace cloudvno::phones {
namespace {

using std::chrono::seconds;

// Refusals: RFC 3261 sections 21.4.18, 21.4.24 and 21.6.2.
constexpr std::array behaviors{
    BehaviorEntry{Behavior::answers, "answers", "Answers after a second.", seconds(1)},
    BehaviorEntry{Behavior::late, "late", "Rings for 5 seconds, then answers.", seconds(5)},
    BehaviorEntry{Behavior::rings, "rings", "Rings, and nobody answers.", {}},
    BehaviorEntry{Behavior::declines, "declines", "Declines the call.", {}, 603},
    BehaviorEntry{Behavior::unreachable, "unreachable", "Cannot be reached.", {}, 480},
    BehaviorEntry{Behavior::busy, "busy", "Is busy.", {}, 486},
    BehaviorEntry{Behavior::echoes, "echoes", "Answers and echoes what it hears.", seconds(1)},
    BehaviorEntry{Behavior::manual, "manual", "Rings until you answer.", {}},
};

struct NamedPhone {
  std::string_view e164;
  Behavior behavior;
};

constexpr std::array named{
    NamedPhone{"+12015550100", Behavior::answers},
    NamedPhone{"+12015550101", Behavior::late},
    NamedPhone{"+12015550102", Behavior::rings},
    NamedPhone{"+12015550103", Behavior::declines},
    NamedPhone{"+12015550104", Behavior::unreachable},
    NamedPhone{"+12015550105", Behavior::echoes},
    NamedPhone{"+12015550106", Behavior::busy},
};

}  // namespace

std::span<const BehaviorEntry> behavior_table() {
  return behaviors;
}

const BehaviorEntry& behavior_entry(Behavior behavior) {
  return behaviors[static_cast<std::size_t>(behavior)];
}

std::optional<Milliseconds> PhoneSettings::answers_after() const {
  const auto by_itself = behavior_entry(behavior).answers_after;
  return by_itself && answer_after ? answer_after : by_itself;
}

media::PromptPtr PhoneSettings::prompt() const {
  return sound == Sound::own ? own_sound : prompt_of(sound);
}

PhoneSettings default_settings(const PhoneNumber& handset) {
  PhoneSettings settings;
  const auto found = std::ranges::find(named, handset.e164(), &NamedPhone::e164);
  if (found != named.end()) settings.behavior = found->behavior;
  return settings;
}

}  // namespace cloudvno::phones
