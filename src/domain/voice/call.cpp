// Words and moves of calls.
#include "domain/voice/call.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace cloudvno::voice {
namespace {

constexpr std::array<std::pair<CallStatus, std::string_view>, 9> statuses{{
    {CallStatus::queued, "queued"},
    {CallStatus::initiated, "initiated"},
    {CallStatus::ringing, "ringing"},
    {CallStatus::in_progress, "in-progress"},
    {CallStatus::completed, "completed"},
    {CallStatus::busy, "busy"},
    {CallStatus::no_answer, "no-answer"},
    {CallStatus::failed, "failed"},
    {CallStatus::canceled, "canceled"},
}};

constexpr std::array<std::pair<CallEvent, std::string_view>, 4> events_by_name{{
    {event_initiated, "initiated"},
    {event_ringing, "ringing"},
    {event_answered, "answered"},
    {event_completed, "completed"},
}};

}  // namespace

std::string_view status_name(CallStatus status) {
  return statuses.at(static_cast<std::size_t>(status)).second;
}

std::optional<CallStatus> parse_status(std::string_view name) {
  for (const auto& [status, word] : statuses) {
    if (word == name) return status;
  }
  return std::nullopt;
}

bool is_final(CallStatus status) {
  return status >= CallStatus::completed;
}

bool may_move(CallStatus from, CallStatus to) {
  if (is_final(from) || from == to) return false;
  if (to == CallStatus::completed) return from == CallStatus::in_progress;
  if (is_final(to)) return from != CallStatus::in_progress;
  return from < to;
}

std::string_view direction_name(Direction direction) {
  return direction == Direction::inbound        ? "inbound"
         : direction == Direction::outbound_api ? "outbound-api"
                                                : "outbound-dial";
}

Direction parse_direction(std::string_view name) {
  return name == "inbound"         ? Direction::inbound
         : name == "outbound-dial" ? Direction::outbound_dial
                                   : Direction::outbound_api;
}

std::string print_events(CallEvents events) {
  std::string words;
  for (const auto& [event, name] : events_by_name) {
    if ((events & event) == 0) continue;
    if (!words.empty()) words += ' ';
    words += name;
  }
  return words;
}

std::optional<CallEvents> parse_events(std::string_view words) {
  CallEvents events = 0;
  while (!words.empty()) {
    const auto end = std::min(words.find(' '), words.size());
    const auto word = words.substr(0, end);
    words.remove_prefix(std::min(end + 1, words.size()));
    if (word.empty()) continue;
    const auto* const found =
        std::ranges::find(events_by_name, word, [](const auto& one) { return one.second; });
    if (found == events_by_name.end()) return std::nullopt;
    events |= found->first;
  }
  return events;
}

std::optional<std::chrono::seconds> Call::duration() const {
  if (!ended_at) return std::nullopt;
  if (!answered_at) return std::chrono::seconds(0);
  return std::chrono::ceil<std::chrono::seconds>(*ended_at - *answered_at);
}

Money price_of(const Call& call, Money per_minute) {
  const auto seconds = call.duration().value_or(std::chrono::seconds(0));
  return per_minute * std::chrono::ceil<std::chrono::minutes>(seconds).count();
}

}  // namespace cloudvno::voice
