// Letting calls begin.
#include "domain/voice/call_gate.hpp"

#include <algorithm>
#include <utility>

namespace cloudvno::voice {

void CallGate::wait(const AccountSid& account, bool limited, std::function<void()> begin) {
  auto [found, is_new] = lines_.try_emplace(account);
  auto& line = found->second;
  line.limited = limited;
  // Who has not called for a while may begin a second's worth at once.
  if (is_new) line.turns = limits_.per_second;
  line.waiting.push_back(std::move(begin));
  ++waiting_;
  begin_ready(line);
}

bool CallGate::take_place(const AccountSid& account, bool limited) {
  auto [found, is_new] = lines_.try_emplace(account);
  auto& line = found->second;
  if (is_new) line.turns = limits_.per_second;
  line.limited = limited;
  if (limited && line.running >= limits_.concurrent) return false;
  ++line.running;
  return true;
}

void CallGate::ended(const AccountSid& account) {
  const auto found = lines_.find(account);
  if (found == lines_.end() || found->second.running == 0) return;
  --found->second.running;
  begin_ready(found->second);
}

void CallGate::tick(Micros elapsed) {
  const double seconds = std::chrono::duration<double>(elapsed - ticked_at_).count();
  ticked_at_ = elapsed;
  for (auto at = lines_.begin(); at != lines_.end();) {
    auto& line = at->second;
    line.turns = std::min(limits_.per_second, line.turns + seconds * limits_.per_second);
    begin_ready(line);
    const bool idle = line.running == 0 && line.waiting.empty() && line.turns >= limits_.per_second;
    at = idle ? lines_.erase(at) : std::next(at);
  }
}

void CallGate::begin_ready(Line& line) {
  while (!line.waiting.empty()) {
    if (line.limited && (line.turns < 1 || line.running >= limits_.concurrent)) return;
    if (line.limited) line.turns -= 1;
    ++line.running;
    const auto begin = std::move(line.waiting.front());
    line.waiting.pop_front();
    --waiting_;
    begin();
  }
}

}  // namespace cloudvno::voice
