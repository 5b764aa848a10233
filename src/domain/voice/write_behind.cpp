// Writing what waits.
#include "domain/voice/write_behind.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "platform/net/event.hpp"

namespace cloudvno::voice {
namespace {

constexpr std::chrono::milliseconds again_after{500};
constexpr std::size_t most_together = 32;

}  // namespace

void WriteBehind::push(Body body) {
  waiting_.push_back(std::move(body));
  if (!std::exchange(writing_, true)) turns_.join(shared_from_this());
}

void WriteBehind::begin() {
  tasks_.spawn("write", [](std::shared_ptr<WriteBehind> self) -> net::Task<> {
    co_await self->write();
  }(shared_from_this()));
}

bool WriteBehind::push_if_room(Body body) {
  if (waiting_.size() >= most_waiting) return false;
  push(std::move(body));
  return true;
}

void WriteBehind::when_empty(std::function<void()> call) {
  if (is_empty()) return call();
  when_empty_ = std::move(call);
}

net::Task<> WriteBehind::write() {
  auto together = most_together;
  while (!waiting_.empty()) {
    std::vector<webhooks::Delivery> told;
    const auto count = std::min(waiting_.size(), together);
    // Copied: what comes meanwhile must not move under the storage thread.
    const std::vector<Body> bodies(waiting_.begin(),
                                   waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    const auto written = co_await database_.transact([&](storage::Transaction& tx) -> Result<bool> {
      told.clear();
      for (const auto& body : bodies) TRY(body(tx, told));
      return true;
    });
    if (!written) {
      if (!std::exchange(away_, true)) {
        log::warn("voice.not_written", {{"detail", written.error().detail}});
      }
      // What the store will never take, found by writing one by one, must not stop all behind it.
      if (written.error().code != Errc::service_unavailable) {
        if (count == 1) waiting_.erase(waiting_.begin());
        together = 1;
        continue;
      }
      co_await net::sleep_for(again_after);
      continue;
    }
    away_ = false;
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    webhooks_.kept(std::move(told));
  }
  writing_ = false;
  if (when_empty_) std::exchange(when_empty_, nullptr)();
}

}  // namespace cloudvno::voice
