// What a session does with each PDU that comes (SMPP 3.4 sections 2.3, 4.2, 4.3 and 4.11).
#include "base/invariant.hpp"
#include "protocol/smpp/session_machine.hpp"

namespace cloudvno::smpp {

bool SessionMachine::reading_state() const {
  return state_ != SessionState::closing && state_ != SessionState::closed;
}

bool SessionMachine::wants_input() const {
  return reading_state() && !pending_bind_ && incoming_ < options_.incoming_window &&
         unsent() <= options_.max_unsent;
}

std::span<std::uint8_t> SessionMachine::room() {
  // An impossible announcement was answered before.
  return input_.room(std::min(announced_length(input_.unread()), options_.max_pdu));
}

void SessionMachine::received(std::size_t count, Time now) {
  input_.added(count);
  note_pause(now);
  if (!partial_since_) partial_since_ = reading_time(now);
  resume(now);
}

void SessionMachine::resume(Time now) {
  if (handling_) return;
  handling_ = true;
  note_pause(now);
  while (wants_input()) {
    DecodeResult result = decode(input_.unread(), options_.max_pdu);
    if (result.kind == Decoding::need_more) break;
    input_.used(result.used);
    partial_since_.reset();
    last_received_ = reading_time(now);
    handle(result, now);
  }
  if (input_.unread().empty())
    partial_since_.reset();
  else if (!partial_since_)
    partial_since_ = reading_time(now);
  handling_ = false;
  note_pause(now);
}

void SessionMachine::handle(DecodeResult& result, Time now) {
  if (result.kind == Decoding::malformed) return handle_malformed(result, now);
  if (is_response(result.command))
    handle_response(std::move(result.pdu), result.command, now);
  else
    handle_request(std::move(result.pdu), result.command, now);
}

void SessionMachine::handle_malformed(const DecodeResult& result, Time now) {
  std::uint32_t sequence = result.pdu.sequence;
  if (!result.can_go_on) {
    write(result.fault, sequence, GenericNack{});
    return end(CloseReason::protocol_error, now, true);
  }
  if (!is_response(result.command))
    return write(result.fault, sequence, empty_response(result.command));

  // A generic_nack to a response would carry a number of ours, which the peer would take for one of
  // its own: so a response that cannot be read is never answered.
  if (sequence == enquire_sequence_) enquire_sequence_ = 0;
  if (sequence == unbind_sequence_ && sequence != 0) return end(asked_reason_, now);
  if (sequence == bind_sequence_ && state_ == SessionState::binding)
    return end(CloseReason::protocol_error, now);
  if (auto request = outstanding_.take(sequence, result.command)) {
    request->done(Outcome{Outcome::Kind::unanswered});
    unbind_if_done();
  }
}

void SessionMachine::handle_response(Pdu&& pdu, CommandId id, Time now) {
  if (pdu.sequence == 0) return;
  if (auto request = outstanding_.take(pdu.sequence, id)) {
    last_operation_ = last_received_;
    request->done(Outcome{Outcome::Kind::answered, std::move(pdu)});
    return unbind_if_done();
  }
  // What is left may be late or answer nothing; section 2 knows no answer to that.
  if (pdu.sequence == enquire_sequence_)
    enquire_sequence_ = 0;
  else if (pdu.sequence == unbind_sequence_)
    end(asked_reason_, now);
  else if (pdu.sequence == bind_sequence_ && state_ == SessionState::binding)
    handle_bind_response(pdu, now);
}

void SessionMachine::handle_bind_response(const Pdu& pdu, Time now) {
  const auto* resp = std::get_if<BindResp>(&pdu.body);
  if (pdu.status != CommandStatus::ESME_ROK || resp == nullptr) {
    bind_status_ = pdu.status;
    return end(CloseReason::bind_refused, now);
  }
  state_ = SessionState::bound;
  bind_deadline_.reset();
  last_operation_ = last_received_;
  if (events_.on_bound) events_.on_bound(*resp);
}

void SessionMachine::handle_request(Pdu&& pdu, CommandId id, Time now) {
  bool bound = state_ == SessionState::bound || state_ == SessionState::unbinding;
  if (id == CommandId::enquire_link && bound)
    return write(CommandStatus::ESME_ROK, pdu.sequence, EnquireLinkResp{});
  if (id == CommandId::unbind && bound) return handle_unbind(pdu, now);
  if (is_bind(id) && role_ == Role::smsc) return handle_bind(pdu);

  bool allowed = id == CommandId::outbind ? state_ == SessionState::open && role_ == Role::esme
                                          : bound && may_send(other(role_), id, mode_);
  if (!allowed) {
    if (wants_response(id)) write(CommandStatus::ESME_RINVBNDSTS, pdu.sequence, empty_response(id));
    return;
  }
  // Behind our unbind nothing is answered any more: the peer sends it again on its next session,
  // where a refusal would be the last word on it.
  if (state_ == SessionState::unbinding || !events_.on_request) return;
  last_operation_ = last_received_;
  if (wants_response(id)) ++incoming_;
  events_.on_request(std::move(pdu));
}

void SessionMachine::handle_bind(const Pdu& pdu) {
  const Bind& bind = std::get<Bind>(pdu.body);
  if (state_ != SessionState::open)
    return write(CommandStatus::ESME_RALYBND, pdu.sequence, BindResp{.mode = bind.mode});
  pending_bind_ = {pdu.sequence, bind.mode, bind.interface_version >= interface_version_34};
  invariant(static_cast<bool>(events_.on_bind), "an SMSC is told of binds");
  events_.on_bind(bind);
}

void SessionMachine::handle_unbind(const Pdu& pdu, Time now) {
  write(CommandStatus::ESME_ROK, pdu.sequence, UnbindResp{});
  end(state_ == SessionState::unbinding ? asked_reason_ : CloseReason::unbound_by_peer, now, true);
}

}  // namespace cloudvno::smpp
