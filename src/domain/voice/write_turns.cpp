// Beginning together.
#include "domain/voice/write_turns.hpp"

#include <utility>

#include "domain/voice/write_behind.hpp"
#include "platform/net/event.hpp"

namespace cloudvno::voice {
namespace {

constexpr std::chrono::milliseconds length{4};

}  // namespace

void WriteTurns::join(std::shared_ptr<WriteBehind> writes) {
  joined_.push_back(std::move(writes));
  if (joined_.size() == 1) tasks_.spawn("write turn", turn());
}

net::Task<> WriteTurns::turn() {
  co_await net::sleep_for(length);
  begin();
}

void WriteTurns::begin() {
  for (const auto& writes : std::exchange(joined_, {})) writes->begin();
}

}  // namespace cloudvno::voice
