// Ending what a dead process left.
#include "domain/voice/lost_calls.hpp"

#include "base/log.hpp"
#include "domain/voice/call_store.hpp"
#include "domain/voice/recording_store.hpp"
#include "domain/voice/tell_call.hpp"

namespace cloudvno::voice {
namespace {

// A call that waits for its turn goes out this late at most after a restart.
constexpr std::chrono::minutes longest_wait{10};

struct Context {
  const Parts& parts;
  accounts::Accounts& accounts;
  Time now;
  std::vector<webhooks::Delivery> told;
};

Result<> end_recordings(storage::Transaction& tx, Context& context,
                        const std::set<CallSid>& running) {
  const auto& outbox = context.parts.webhooks.outbox();
  for (const auto& one : list_running_recordings(tx, outbox.owner())) {
    const auto account = context.accounts.find(tx, one.account);
    if (!account) continue;  // erased: its rows go with it
    const auto& keys = *(*account)->keys;
    TRY_ASSIGN(auto recording, find_recording(tx, keys, one.account, one.sid));
    if (running.contains(recording.call)) continue;
    recording.samples = count_samples(tx, one.sid);
    recording.status =
        recording.samples == 0 ? RecordingStatus::absent : RecordingStatus::completed;
    recording.ended_at = context.now;
    ++recording.sequence;
    if (!end_recording(tx, recording)) continue;
    tell_recording(tx, outbox, keys, recording, context.parts.public_url, context.now,
                   context.told);
  }
  return {};
}

void end_lost(storage::Transaction& tx, Context& context, const vault::Keys& keys, Call call,
              Time seen_at) {
  call.status = call.answered_at ? CallStatus::completed : CallStatus::failed;
  call.ended_at = call.answered_at ? std::max(seen_at, *call.answered_at) : context.now;
  call.updated_at = context.now;
  ++call.sequence;
  const auto* trunk = context.parts.trunk_named(call.trunk);
  if (call.answered_at && trunk) call.price = price_of(call, trunk->price_per_minute);
  if (!update_call(tx, call)) return;
  tell_call(tx, context.parts.webhooks.outbox(), keys, call, nullptr, context.parts.public_url,
            context.now, context.told);
}

}  // namespace

net::Task<Result<FoundCalls>> end_lost_calls(const Parts& parts, accounts::Accounts& accounts,
                                             std::set<CallSid> running) {
  Context context{parts, accounts, parts.clock.now(), {}};
  const auto& owner = parts.webhooks.outbox().owner();
  auto found =
      co_await parts.database.transact([&](storage::Transaction& tx) -> Result<FoundCalls> {
        FoundCalls calls;
        context.told.clear();
        const auto rows = list_running(tx, owner);
        calls.all = rows.size() < 1'000;
        for (const auto& row : rows) {
          if (running.contains(row.sid)) continue;
          const auto account = accounts.find(tx, row.account);
          if (!account) continue;
          const auto& keys = *(*account)->keys;
          TRY_ASSIGN(auto call, find_call(tx, keys, row.account, row.sid));
          if (call.status == CallStatus::queued && context.now - call.created_at < longest_wait) {
            calls.to_dial.emplace_back(std::move(call), *account);
          } else {
            end_lost(tx, context, keys, std::move(call), row.seen_at);
          }
        }
        TRY(end_recordings(tx, context, running));
        return calls;
      });
  if (found) parts.webhooks.kept(std::move(context.told));
  co_return found;
}

}  // namespace cloudvno::voice
