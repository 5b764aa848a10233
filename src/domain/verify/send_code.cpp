// Sending a code, for the first time or again.
#include "domain/verify/send_code.hpp"

#include "domain/verify/attempt.hpp"
#include "domain/verify/budget_store.hpp"
#include "domain/verify/choose_number.hpp"
#include "domain/verify/code.hpp"
#include "domain/verify/day_store.hpp"
#include "domain/verify/delivery_store.hpp"
#include "domain/verify/move_verification.hpp"
#include "domain/verify/spoken_codes.hpp"
#include "domain/verify/text.hpp"
#include "domain/verify/verification_store.hpp"
#include "domain/verify/why_blocked.hpp"
#include "domain/voice/make_call.hpp"

namespace cloudvno::verify {
namespace {

constexpr std::chrono::seconds most_of_call{120};
constexpr std::chrono::seconds most_ringing{45};

std::unexpected<Error> too_many(std::string text, std::chrono::seconds wait) {
  return std::unexpected(Error{Errc::verification_limit_reached,
                               std::move(text),
                               "to",
                               {},
                               static_cast<int>(std::max<std::int64_t>(1, wait.count()))});
}

Verification make_verification(const SendOrder& order, Time now) {
  Verification made;
  made.sid = VerificationSid::make(now);
  made.account = order.account;
  made.live = order.live;
  made.to = order.to;
  made.channel = order.channel;
  made.request = order.request;
  made.sends = 1;
  if (const auto number = PhoneNumber::parse(order.to)) made.country = country_of(*number);
  made.expires_at = now + order.request.valid_for;
  made.last_sent_at = made.created_at = made.updated_at = now;
  return made;
}

// The number, or the pool, that the customer named or that we choose.
Result<> set_sender(storage::Transaction& tx, const vault::Keys& keys,
                    const Verification& verification, const PhoneNumber& to,
                    messaging::Draft& draft) {
  const auto& from = verification.request.from;
  if (const auto pool = SenderPoolSid::parse(from)) {
    draft.pool = *pool;
  } else if (const auto number = PhoneNumber::parse_sender(from)) {
    draft.from = *number;
  } else {
    TRY_ASSIGN(const auto chosen, choose_number(tx, keys, verification.account, verification.live,
                                                to, Capability::sms));
    draft.from = chosen.number;
  }
  return {};
}

Result<> send_message(storage::Transaction& tx, const Parts& parts, const vault::Keys& keys,
                      const SendOrder& order, Sent& sent, Time now) {
  auto& verification = sent.verification;
  messaging::Draft draft;
  draft.account = verification.account;
  draft.live = verification.live;
  draft.to = PhoneNumber::parse(verification.to).value_or(PhoneNumber());
  draft.body = message_text(verification.request,
                            derive_code(keys, verification.sid, verification.request.code_length));
  draft.priority = messaging::Priority::verification;
  draft.paced = order.limited;
  draft.hidden = true;
  draft.discard_content = true;
  // A code that nobody can use any more is not worth a message.
  draft.validity = std::max(std::chrono::seconds(1),
                            std::chrono::ceil<std::chrono::seconds>(verification.expires_at - now));
  TRY(set_sender(tx, keys, verification, draft.to, draft));
  TRY_ASSIGN(sent.message, parts.messaging.accept(tx, keys, draft, now));
  verification.carried_by = sent.message->message.sid.str();
  return {};
}

Result<> place_call(storage::Transaction& tx, const Parts& parts, const vault::Keys& keys,
                    const SendOrder& order, Sent& sent, Time now) {
  auto& verification = sent.verification;
  voice::Call call;
  call.sid = CallSid::make(now);
  call.account = verification.account;
  call.live = verification.live;
  call.hidden = true;
  call.to = verification.to;
  call.trunk = order.trunk;
  call.instructions.url = document_url(keys, verification.account, verification.sid);
  call.ring_timeout = most_ringing;
  call.time_limit = most_of_call;
  call.created_at = call.updated_at = now;
  const auto to = PhoneNumber::parse(verification.to).value_or(PhoneNumber());
  if (const auto named = PhoneNumber::parse(verification.request.from)) {
    call.from = named->e164();
  } else {
    TRY_ASSIGN(const auto chosen, choose_number(tx, keys, verification.account, verification.live,
                                                to, Capability::voice));
    call.from = chosen.number.e164();
  }
  TRY(voice::keep_call(tx, parts.vault, keys, call, parts.voice.owner()));
  verification.carried_by = call.sid.str();
  sent.call = std::move(call);
  return {};
}

// The code's place in its channel's queue.
Result<> dispatch(storage::Transaction& tx, const Parts& parts, const vault::Keys& keys,
                  const SendOrder& order, Sent& sent, Time now) {
  auto& verification = sent.verification;
  verification.carried_by.clear();
  count_day(tx, verification, Counted::sent, parts.webhooks.outbox().owner());
  switch (verification.channel) {
    case Channel::sms:
      return send_message(tx, parts, keys, order, sent, now);
    case Channel::voice:
      return place_call(tx, parts, keys, order, sent, now);
    case Channel::email:
    case Channel::whatsapp:
    case Channel::rcs:
      break;
  }
  insert_delivery(
      tx, {verification.sid, verification.sends, verification.account, verification.channel, 0},
      parts.webhooks.outbox().owner(), now);
  sent.waits_for_carrier = true;
  return {};
}

// Who may give no code back today needs none.
Result<> refuse_without_checks(storage::Transaction& tx, const vault::Keys& keys,
                               const SendOrder& order, const Verification& verification, Time now) {
  auto of_number = check_budgets(verification, {}, false);
  of_number.resize(1);
  const OpenBudgets guesses(tx, keys, {order.account, order.live}, std::move(of_number));
  const auto wait = guesses.wait(now);
  return wait.count() > 0
             ? too_many("Too many wrong codes were given for this number within a day.", wait)
             : Result<>();
}

Result<> take_send(storage::Transaction& tx, const vault::Keys& keys, const SendOrder& order,
                   const Verification& verification, Time now) {
  TRY(refuse_without_checks(tx, keys, order, verification, now));
  OpenBudgets budgets(tx, keys, {order.account, order.live},
                      send_budgets(verification, order.limited));
  if (const auto wait = budgets.wait(now); wait.count() > 0) return too_many({}, wait);
  budgets.take(now);
  return {};
}

Result<> send_again(storage::Transaction& tx, const Parts& parts, const vault::Keys& keys,
                    const SendOrder& order, Sent& sent, Time now) {
  auto& verification = sent.verification;
  if (verification.sends >= most_sends) {
    return too_many(
        "The code of this verification was sent 5 times; a new one can be had when it has expired.",
        std::chrono::ceil<std::chrono::seconds>(verification.expires_at - now));
  }
  verification.channel = order.channel;
  // The limit is that of who asks now.
  verification.request.client_address = order.request.client_address;
  TRY(take_send(tx, keys, order, verification, now));
  TRY_ASSIGN(const auto risk, parts.guard.standing(tx, attempt_of(verification), now));
  if (risk.blocked) return fail(Errc::verification_blocked, why_blocked(risk.reasons), "to");
  ++verification.sends;
  verification.last_sent_at = verification.updated_at = now;
  verification.delivery_error.clear();
  sent.again = true;
  TRY(dispatch(tx, parts, keys, order, sent, now));
  write_sent(tx, verification);
  return {};
}

Result<> send_first(storage::Transaction& tx, const Parts& parts, const vault::Keys& keys,
                    const SendOrder& order, Sent& sent, Time now,
                    std::optional<fraud::Risk>& refused) {
  auto& verification = sent.verification;
  TRY(take_send(tx, keys, order, verification, now));
  TRY(dispatch(tx, parts, keys, order, sent, now));
  // The guard judges numbers; a mail costs next to nothing, and its limits are those above.
  if (!verification.is_email()) {
    TRY_ASSIGN(auto risk, parts.guard.judge(tx, attempt_of(verification), now));
    if (risk.blocked) {
      refused = std::move(risk);
      return fail(Errc::verification_blocked);
    }
    verification.risk_score = risk.score;
    verification.risk_reasons = std::move(risk.reasons);
  }
  write_first_send(tx, verification);
  tell_verification(tx, parts.webhooks.outbox(), keys, verification, now, sent.told);
  return {};
}

}  // namespace

Result<Sent> send_code(storage::Transaction& tx, const Parts& parts, const vault::Keys& keys,
                       const SendOrder& order, Time now, std::optional<fraud::Risk>& refused) {
  refused.reset();
  // Twice at most: another process may have made the number's verification in the meantime.
  for (int round = 0; round < 2; ++round) {
    Sent sent;
    TRY_ASSIGN(auto last, find_last(tx, keys, order.live, order.to));
    if (last && !last->is_over(now)) {
      sent.verification = std::move(*last);
      TRY(send_again(tx, parts, keys, order, sent, now));
      return sent;
    }
    if (last && last->status == Status::pending) {
      move_verification(tx, parts.webhooks.outbox(), keys, *last, Status::expired, now, sent.told);
    }
    // The row before its limits: who asks for the same number elsewhere waits for it here.
    sent.verification = make_verification(order, now);
    if (!insert_verification(tx, keys, sent.verification)) continue;
    TRY(send_first(tx, parts, keys, order, sent, now, refused));
    return sent;
  }
  return std::unexpected(Error{Errc::service_unavailable, {}, {}, {}, 1});
}

Result<Sent> keep_refused(storage::Transaction& tx, const Parts& parts, const vault::Keys& keys,
                          const SendOrder& order, const fraud::Risk& risk, Time now) {
  Sent sent;
  auto& verification = sent.verification = make_verification(order, now);
  TRY(take_send(tx, keys, order, verification, now));
  verification.status = Status::blocked;
  verification.sends = 0;
  verification.risk_score = risk.score;
  verification.risk_reasons = risk.reasons;
  insert_verification(tx, keys, verification);
  const auto& outbox = parts.webhooks.outbox();
  count_day(tx, verification, Counted::blocked, outbox.owner());
  tell_verification(tx, outbox, keys, verification, now, sent.told);
  return sent;
}

}  // namespace cloudvno::verify
