// The end of the wait for missing parts.
#include "domain/messaging/overdue_parts.hpp"

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "domain/messaging/receive_message.hpp"

namespace cloudvno::messaging {

net::Task<> OverdueParts::end() {
  constexpr std::int64_t step = 50;
  static auto& incomplete =
      metrics::counter("cloudvno_inbound_incomplete_total",
                       "Inbound texts handed on without some of their parts, which never came");
  while (true) {
    auto effect = co_await database_.transact([&, now = clock_.now()](storage::Transaction& tx) {
      return end_overdue_parts(tx, vault_, accounts_, webhooks_.outbox(), now, step);
    });
    if (!effect) {
      log::error("messaging.overdue_parts_kept", {{"detail", effect.error().detail}});
      co_return;
    }
    incomplete.add(effect->incomplete);
    webhooks_.kept(std::move(effect->told));
    if (effect->ended < step) co_return;
  }
}

}  // namespace cloudvno::messaging
