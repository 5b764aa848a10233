// How a simulated telephone treats a call, and what it does when it has answered.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/model/phone_number.hpp"
#include "connectors/phones/sounds.hpp"

namespace cloudvno::phones {

using Milliseconds = std::chrono::milliseconds;

enum class Behavior : std::uint8_t {
  answers,
  late,
  rings,
  declines,
  unreachable,
  busy,
  echoes,
  manual
};

struct BehaviorEntry {
  Behavior behavior;
  std::string_view name;         // as the API has it: "answers"
  std::string_view description;  // for people
  // After how much ringing it answers by itself; nothing: it does not.
  std::optional<Milliseconds> answers_after;
  int refusal = 0;  // the SIP code that it refuses with; 0: it rings
};

std::span<const BehaviorEntry> behavior_table();
const BehaviorEntry& behavior_entry(Behavior behavior);

struct PhoneSettings {
  Behavior behavior = Behavior::answers;
  std::optional<Milliseconds> answer_after = {};  // nothing: as the behavior has it
  Milliseconds hang_up_after{};                   // from the answer; zero: it does not hang up
  std::string digits = {};                        // "W12#": pressed from the answer on
  Sound sound = Sound::speech;
  media::PromptPtr own_sound = {};  // with Sound::own

  bool operator==(const PhoneSettings&) const = default;
  // Nothing: it does not answer by itself.
  std::optional<Milliseconds> answers_after() const;
  media::PromptPtr prompt() const;  // null: silence
};

// One telephone for each behavior, +1 201 555 0100 to 0106. Every other number answers.
PhoneSettings default_settings(const PhoneNumber& handset);

}  // namespace cloudvno::phones
