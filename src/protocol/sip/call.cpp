// A call's time and its end.
#include "protocol/sip/call.hpp"

#include <fmt/format.h>

#include "base/random.hpp"

namespace cloudvno::sip {

namespace {

std::string make_tag(std::uint64_t id) {
  // The number finds the call, the random part keeps others from guessing it.
  return fmt::format("{:x}-{:016x}", id, random_u64());
}

}  // namespace

std::string AgentCore::via(Transport transport, std::string_view branch) const {
  const LocalAddress& local = options.local(transport);
  return fmt::format("SIP/2.0/{} {};branch={};rport", via_word(transport),
                     format_host(local.host, local.port), branch);
}

std::string AgentCore::contact(Transport transport) const {
  const LocalAddress& local = options.local(transport);
  std::string_view suffix = transport == Transport::udp   ? ""
                            : transport == Transport::tcp ? ";transport=tcp"
                                                          : ";transport=tls";
  return fmt::format("<sip:{}{}>", format_host(local.host, local.port), suffix);
}

void AgentCore::arm(Call& call) {
  std::optional<Micros> deadline = call.next_deadline();
  if (!deadline || (call.armed_ && *call.armed_ <= *deadline)) return;
  call.armed_ = deadline;
  if (call_timers.add(*deadline, call.id_)) wire.wake_at(*deadline);
}

Call::Call(AgentCore& core, InviteOptions options, CallEvents& events)
    : core_(&core),
      events_(&events),
      id_(core.next_call++),
      caller_(true),
      digest_(options.credentials),
      session_({.wish = options.session_expires, .min_se = core.options.min_se}),
      options_(std::move(options)) {
  dialog_.local_tag = make_tag(id_);
  dialog_.call_id = fmt::format("{:016x}{:016x}", random_u64(), random_u64());
  dialog_.local_cseq = 0;
  local_sdp_ = options_.sdp;
  std::string from = options_.from_uri;
  dialog_.local =
      fmt::format("{};tag={}", format_name_addr(options_.from_display, from), dialog_.local_tag);
  dialog_.remote =
      format_name_addr({}, options_.to_uri.empty() ? options_.target.text() : options_.to_uri);
  dialog_.remote_target = options_.target;
  hop_ = options_.hop ? *options_.hop : peer_of(options_.target, options_.transport);
}

Call::Call(AgentCore& core, SipMessage invite, const Peer& source)
    : core_(&core),
      id_(core.next_call++),
      caller_(false),
      dialog_(Dialog::of_callee(invite, make_tag(id_), source)),
      digest_(std::nullopt),
      session_({.wish = core.options.session_expires, .min_se = core.options.min_se}),
      peer_updates_(invite.lists("Allow", "UPDATE")),
      hop_(source),
      invite_request_(std::move(invite)) {
  // Nobody may leave it unanswered for ever.
  give_up_at_ = core.now() + std::chrono::minutes(5);
}

void Call::hang_up(std::string_view reason) {
  if (state_ == State::ended || hung_up_) return;
  auto self = shared_from_this();
  hung_up_ = true;
  end_reason_ = reason;
  if (state_ == State::inviting && caller_) {
    state_ = State::ending;
    try_cancel();
  } else if (state_ == State::inviting) {
    refuse_invite(603, {}, {});
    end({.by = CallEnd::By::local, .code = 603, .reason = {}, .message = nullptr});
  } else if (state_ == State::confirmed) {
    state_ = State::ending;
    // Section 15: the callee does not send BYE before the ACK, or the wait for it is over.
    if (awaited_acks_.empty() || caller_) send_bye(end_reason_);
  }
  rearm();
}

std::optional<Micros> Call::next_deadline() const {
  if (state_ == State::ended) return std::nullopt;
  std::optional<Micros> earliest = give_up_at_;
  auto consider = [&earliest](std::optional<Micros> at) {
    if (at && (!earliest || *at < *earliest)) earliest = at;
  };
  for (const AwaitedAck& awaited : awaited_acks_)
    consider(std::min(awaited.resend_at, awaited.end_at));
  if (state_ == State::inviting) consider(ring_again_at_);
  if (state_ == State::confirmed) {
    consider(session_.next_deadline());
    consider(reinvite_at_);
    if (reinvite_ != 0) consider(reinvite_until_);
  }
  return earliest;
}

void Call::on_time() {
  auto self = shared_from_this();
  Micros now = core_->now();
  bool unacknowledged = false;
  std::erase_if(awaited_acks_, [&](AwaitedAck& awaited) {
    if (now >= awaited.end_at) return unacknowledged = true;
    if (now >= awaited.resend_at) {
      core_->transactions.resend(awaited.transaction);
      awaited.interval = std::min(2 * awaited.interval, core_->options.timing.t2);
      awaited.resend_at = now + awaited.interval;
    }
    return false;
  });
  if (unacknowledged && (state_ == State::confirmed || state_ == State::ending)) {
    // Section 13.3.1.4: no ACK within 64*T1.
    state_ = State::ending;
    send_bye(end_reason_);
  }
  if (state_ == State::inviting && ring_again_at_ && now >= *ring_again_at_) {
    core_->transactions.resend(invite_transaction_);
    ring_again_at_ = now + std::chrono::minutes(1);
  }
  if (give_up_at_ && now >= *give_up_at_) {
    give_up_at_.reset();
    if (!caller_) {
      refuse_invite(480, {}, {});
      end({.by = CallEnd::By::fault, .code = 480, .reason = {}, .message = nullptr});
    } else if (cancel_sent_) {
      // Section 9.1: no final response came 64*T1 after the CANCEL.
      end({.by = CallEnd::By::local, .code = 487, .reason = {}, .message = nullptr});
    } else {
      hang_up();
    }
  }
  if (state_ == State::confirmed && reinvite_ != 0 && now >= reinvite_until_) lost();
  if (state_ == State::confirmed && session_.is_over(now)) {
    session_.stop();
    state_ = State::ending;
    send_bye("SIP;cause=408;text=\"Session expired\"");
  }
  if (state_ == State::confirmed && session_.refresh_is_due(now)) refresh_session();
  if (state_ == State::confirmed && reinvite_at_ && now >= *reinvite_at_) {
    reinvite_at_.reset();
    send_reinvite();
  }
  if (state_ != State::ended) rearm();
}

void Call::end(const CallEnd& end) {
  if (state_ == State::ended) return;
  state_ = State::ended;
  auto self = shared_from_this();
  // An INVITE that rings has no time-out of its own.
  for (std::uint64_t invite : {invite_, reinvite_})
    if (core_->transactions.find_sent(invite) != nullptr) core_->transactions.abandon(invite);
  awaited_acks_.clear();
  session_.stop();
  core_->calls.erase(id_);
  CallEvents* events = std::exchange(events_, nullptr);
  if (events != nullptr) events->on_ended(end);
}

}  // namespace cloudvno::sip
