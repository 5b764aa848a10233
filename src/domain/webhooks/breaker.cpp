// Counting failures.
#include "domain/webhooks/breaker.hpp"

#include <algorithm>

namespace cloudvno::webhooks {

bool Breaker::may_ask(ByteView endpoint, Micros elapsed) {
  const auto found = failing_.find(std::string(as_text(endpoint)));
  if (found == failing_.end() || found->second.failures < failures_to_open) return true;
  auto& state = found->second;
  if (elapsed < state.ask_again_at) return false;
  state.wait = std::min<Micros>(state.wait * 2, longest_wait);
  state.ask_again_at = elapsed + state.wait;
  return true;
}

void Breaker::succeeded(ByteView endpoint) {
  failing_.erase(std::string(as_text(endpoint)));
}

void Breaker::failed(ByteView endpoint, Micros elapsed) {
  auto& state = failing_[std::string(as_text(endpoint))];
  if (++state.failures == failures_to_open) state.ask_again_at = elapsed + state.wait;
}

}  // namespace cloudvno::webhooks
