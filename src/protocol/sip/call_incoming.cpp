// The callee's side of an INVITE: provisional responses, the answer and its ACK, refusals (RFC 3261
// section 13.3).
#include "protocol/sip/call.hpp"

namespace cloudvno::sip {

Composer Call::start_invite_response(int status, std::string_view reason) const {
  Composer out = start_response(invite_request_, hop_, status, reason, dialog_.local_tag);
  if (status > 100 && status < 300) {
    out.header("Contact", core_->contact(hop_.transport));
    out.header("Allow", allowed_methods).header("Supported", "timer");
  }
  out.header("Server", core_->options.product);
  return out;
}

void Call::ring(int code, const std::string& sdp) {
  if (caller_ || state_ != State::inviting || code <= 100 || code >= 200) return;
  last_code_ = code;
  if (!sdp.empty()) local_sdp_ = sdp;
  core_->transactions.respond(invite_transaction_, code,
                              start_invite_response(code, {}).finish("application/sdp", sdp));
  // Section 13.3.1.1: once a minute, lest a proxy takes the call for dead.
  ring_again_at_ = core_->now() + std::chrono::minutes(1);
  rearm();
}

void Call::answer(std::string sdp, std::vector<Header> headers) {
  if (caller_ || state_ != State::inviting) return;
  auto self = shared_from_this();
  state_ = State::confirmed;
  last_code_ = 200;
  give_up_at_.reset();
  local_sdp_ = std::move(sdp);
  Composer out = start_invite_response(200, {});
  out.headers(session_.answer(invite_request_, core_->now())).headers(headers);
  core_->transactions.respond(invite_transaction_, 200, out.finish("application/sdp", local_sdp_));
  await_ack(invite_transaction_, invite_request_.cseq.number, invite_request_.sdp().empty());
  invite_request_ = {};  // not needed for the length of the call
  rearm();
}

void Call::reject(int code, std::string_view reason, std::vector<Header> headers) {
  if (caller_ || state_ != State::inviting || code < 300 || code > 699) return;
  auto self = shared_from_this();
  refuse_invite(code, reason, headers);
  end({.by = CallEnd::By::local, .code = code, .reason = std::string(reason), .message = nullptr});
}

void Call::refuse_invite(int code, std::string_view reason, std::span<const Header> headers) {
  last_code_ = code;
  core_->transactions.respond(invite_transaction_, code,
                              start_invite_response(code, reason).headers(headers).finish());
}

void Call::on_cancelled(const SipMessage& cancel) {
  if (state_ != State::inviting) return;  // too late: the answer is on its way
  refuse_invite(487, {}, {});
  end({.by = CallEnd::By::remote, .code = 487, .reason = {}, .message = &cancel});
}

void Call::await_ack(ServerId transaction, std::uint32_t cseq, bool offered) {
  const Timing& timing = core_->options.timing;
  Micros now = core_->now();
  awaited_acks_.push_back({.transaction = transaction,
                           .cseq = cseq,
                           .interval = timing.t1,
                           .resend_at = now + timing.t1,
                           .end_at = now + timing.patience(),
                           .offered = offered});
}

void Call::on_ack(const SipMessage& ack) {
  if (ack.call_id != dialog_.call_id || ack.from.tag != dialog_.remote_tag) return;
  auto self = shared_from_this();
  bool found = false, offered = false;
  std::erase_if(awaited_acks_, [&](const AwaitedAck& awaited) {
    if (awaited.cseq != ack.cseq.number) return false;
    found = true;
    offered = awaited.offered;
    return true;
  });
  if (!found) return;
  if (state_ == State::ending && hung_up_ && !caller_ && awaited_acks_.empty())
    send_bye(end_reason_);
  else if (state_ == State::confirmed && events_ != nullptr)
    events_->on_acknowledged(offered ? ack.sdp() : std::string_view());
  if (state_ == State::confirmed && waiting_offer_ && reinvite_ == 0 && !reinvite_at_)
    send_reinvite();
  if (state_ != State::ended) rearm();
}

}  // namespace cloudvno::sip
