// Writing and telling what becomes of a call.
#include "domain/voice/call_record.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "domain/voice/recording_store.hpp"
#include "domain/voice/tell_call.hpp"
#include "platform/net/event.hpp"

namespace cloudvno::voice {

CallRecord::CallRecord(const Parts& parts, accounts::AccountPtr account, Call call)
    : parts_(parts),
      account_(std::move(account)),
      call_(std::move(call)),
      writes_(std::make_shared<WriteBehind>(parts.database, parts.webhooks, parts.tasks,
                                            parts.turns)) {}

net::Task<Result<>> CallRecord::insert() {
  std::vector<webhooks::Delivery> told;
  const auto& outbox = parts_.webhooks.outbox();
  const auto now = parts_.clock.now();
  CO_TRY(co_await parts_.database.transact([&](storage::Transaction& tx) -> Result<bool> {
    told.clear();
    insert_call(tx, *account_->keys, call_, outbox.owner());
    tell_call(tx, outbox, *account_->keys, call_, nullptr, parts_.public_url, now, told);
    return true;
  }));
  parts_.webhooks.kept(std::move(told));
  co_return Result<>();
}

void CallRecord::move(CallStatus to) {
  if (!may_move(call_.status, to)) return;
  const auto now = parts_.clock.now();
  call_.status = to;
  call_.updated_at = now;
  ++call_.sequence;
  if (to == CallStatus::in_progress) call_.answered_at = now;
  if (is_final(to)) call_.ended_at = now;
  if (to == CallStatus::completed) {
    const auto* trunk = parts_.trunk_named(call_.trunk);
    if (trunk) call_.price = price_of(call_, trunk->price_per_minute);
  }
  write_state();
}

void CallRecord::end(CallStatus to, const LegEnd& end) {
  call_.quality = end.quality;
  if (end.sip_code != 0) call_.sip_code = end.sip_code;
  move(to);
}

void CallRecord::write_state() {
  writes_->push([call = call_, account = account_, outbox = &parts_.webhooks.outbox(),
                 url = parts_.public_url,
                 whole = whole_](storage::Transaction& tx, auto& told) -> Result<> {
    if (!update_call(tx, call)) return {};
    tell_call(tx, *outbox, *account->keys, call, whole ? &*whole : nullptr, url, call.updated_at,
              told);
    return {};
  });
}

net::Task<> CallRecord::written() {
  // Shared: the wait may be cancelled before the store takes it.
  const auto done = std::make_shared<net::Event>(parts_.control);
  writes_->when_empty([done] { done->set(); });
  co_await done->wait();
}

void CallRecord::notify(int code, std::string text, std::string url) {
  log::info("voice.document", {{"call", call_.sid.view()}, {"code", code}});
  Notification notification{++notifications_, code, std::move(text), std::move(url),
                            parts_.clock.now()};
  if (notification.number > most_notifications) return;
  writes_->push_if_room([call = call_, account = account_, notification](
                            storage::Transaction& tx, auto& /*told*/) -> Result<> {
    // The call may have been deleted or erased meanwhile.
    if (!find_call(tx, *account->keys, call.account, call.sid)) return {};
    insert_notification(tx, *account->keys, call, notification);
    return {};
  });
}

void CallRecord::begin_recording(Recording recording) {
  writes_->push([recording = std::move(recording), account = account_,
                 outbox = &parts_.webhooks.outbox(),
                 url = parts_.public_url](storage::Transaction& tx, auto& told) -> Result<> {
    // The account may be gone, and nothing of it may come back.
    if (!find_call(tx, *account->keys, recording.account, recording.call)) return {};
    insert_recording(tx, *account->keys, recording, outbox->owner());
    tell_recording(tx, *outbox, *account->keys, recording, url, recording.created_at, told);
    return {};
  });
}

bool CallRecord::add_piece(const Recording& recording, std::int64_t piece,
                           std::vector<std::int16_t> samples) {
  return writes_->push_if_room([recording, piece, samples = std::move(samples), account = account_](
                                   storage::Transaction& tx, auto& /*told*/) -> Result<> {
    if (!find_recording(tx, *account->keys, recording.account, recording.sid)) return {};
    insert_piece(tx, *account->keys, recording, piece, samples);
    return {};
  });
}

void CallRecord::end_recording(Recording recording, bool of_whole_call) {
  if (of_whole_call) whole_ = recording;
  writes_->push([recording = std::move(recording), account = account_,
                 outbox = &parts_.webhooks.outbox(),
                 url = parts_.public_url](storage::Transaction& tx, auto& told) -> Result<> {
    if (!voice::end_recording(tx, recording)) return {};
    tell_recording(tx, *outbox, *account->keys, recording, url, *recording.ended_at, told);
    return {};
  });
}

}  // namespace cloudvno::voice
