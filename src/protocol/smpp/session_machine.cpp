// The session's life, its requests, answers and deadlines (SMPP 3.4 sections 2.2 and 7.2).
#include "protocol/smpp/session_machine.hpp"

#include <algorithm>

#include "base/invariant.hpp"

namespace cloudvno::smpp {
namespace {

std::optional<Time> after(Time start, Micros timeout) {
  if (timeout <= Micros::zero()) return {};
  return start + timeout;
}

void earliest(std::optional<Time>& deadline, std::optional<Time> other) {
  if (other && (!deadline || *other < *deadline)) deadline = other;
}

}  // namespace

SessionMachine::SessionMachine(Role role, const SessionOptions& options, MachineEvents events,
                               Time now)
    : role_(role),
      options_(options),
      events_(std::move(events)),
      outstanding_(options.window),
      last_received_(now),
      last_operation_(now) {
  if (role_ == Role::smsc) bind_deadline_ = after(now, options_.bind_timeout);
}

// ---- requests of ours ----

void SessionMachine::bind(const Bind& bind, Time now) {
  invariant(role_ == Role::esme && state_ == SessionState::open, "an open ESME binds");
  std::uint32_t sequence = outstanding_.next_sequence();
  bind_status_ = encode(CommandStatus::ESME_ROK, sequence, bind, output_);
  if (bind_status_ != CommandStatus::ESME_ROK) return end(CloseReason::bind_refused, now);
  outstanding_.skip();
  bind_sequence_ = sequence;
  mode_ = bind.mode;
  state_ = SessionState::binding;
  bind_deadline_ = after(now, options_.bind_timeout);
}

std::size_t SessionMachine::free_slots() const {
  if (state_ != SessionState::bound || close_asked_ || unsent() > options_.max_unsent) return 0;
  return outstanding_.window() - outstanding_.size();
}

void SessionMachine::send(const Body& request, Done done, Time now) {
  if (!can_send()) return done(Outcome{});
  CommandId id = command_id(request);
  CommandStatus fault = CommandStatus::ESME_RINVBNDSTS;
  if (may_send(role_, id, mode_) && wants_response(id))
    fault = encode(CommandStatus::ESME_ROK, outstanding_.next_sequence(), request, output_);
  if (fault != CommandStatus::ESME_ROK)
    return done(Outcome{Outcome::Kind::invalid, {.status = fault}});
  last_operation_ = reading_time(now);
  outstanding_.add(id, last_operation_, std::move(done));
}

bool SessionMachine::notify(const Body& notice) {
  CommandId id = command_id(notice);
  bool allowed = id == CommandId::outbind
                     ? role_ == Role::smsc && state_ == SessionState::open
                     : id == CommandId::alert_notification && state_ == SessionState::bound &&
                           may_send(role_, id, mode_);
  if (!allowed || unsent() > options_.max_unsent) return false;
  if (encode(CommandStatus::ESME_ROK, outstanding_.next_sequence(), notice, output_) !=
      CommandStatus::ESME_ROK)
    return false;
  outstanding_.skip();
  return true;
}

// For requests without fields that could be wrong.
std::uint32_t SessionMachine::send_own(const Body& request) {
  std::uint32_t sequence = outstanding_.next_sequence();
  outstanding_.skip();
  write(CommandStatus::ESME_ROK, sequence, request);
  return sequence;
}

void SessionMachine::write(CommandStatus status, std::uint32_t sequence, const Body& body) {
  CommandStatus fault = encode(status, sequence, body, output_);
  invariant(fault == CommandStatus::ESME_ROK, "a PDU of the session's own can be encoded");
}

// ---- answers of ours ----

void SessionMachine::answer_bind(CommandStatus status, std::string_view system_id, Time now) {
  if (state_ != SessionState::open || !pending_bind_) return;
  PendingBind bind = *pending_bind_;
  pending_bind_.reset();
  BindResp resp{.mode = bind.mode};
  if (status != CommandStatus::ESME_ROK) {
    bind_status_ = status;
    write(status, bind.sequence, resp);
    return end(CloseReason::bind_refused, now, true);
  }
  resp.system_id = system_id.substr(0, limits::system_id);
  // Section 3.4: no TLVs to a peer of an older version.
  if (bind.knows_tlvs) resp.tlvs.push_back(tlv_u8(Tag::sc_interface_version, interface_version_34));
  write(status, bind.sequence, resp);
  mode_ = bind.mode;
  state_ = SessionState::bound;
  bind_deadline_.reset();
  note_pause(now);
}

void SessionMachine::respond(std::uint32_t sequence, CommandStatus status, const Body& body,
                             Time now) {
  if (state_ != SessionState::bound && state_ != SessionState::unbinding) return;
  invariant(incoming_ != 0, "a request is answered once");
  --incoming_;
  if (encode(status, sequence, body, output_) != CommandStatus::ESME_ROK) {
    Body empty;
    emplace(command_id(body), empty);
    write(CommandStatus::ESME_RSYSERR, sequence, empty);
  }
  note_pause(now);
  last_operation_ = reading_time(now);
  unbind_if_done();
}

// ---- the end ----

void SessionMachine::close(Time now) {
  if (state_ == SessionState::open || state_ == SessionState::binding)
    return end(asked_reason_, now, true);
  if (state_ != SessionState::bound || close_asked_) return;
  close_asked_ = true;
  close_deadline_ = now + options_.close_timeout;
  unbind_if_done();
}

void SessionMachine::unbind_if_done() {
  if (state_ != SessionState::bound || !close_asked_) return;
  if (outstanding_.size() != 0 || incoming_ != 0) return;
  unbind_sequence_ = send_own(Unbind{});
  state_ = SessionState::unbinding;
}

void SessionMachine::connection_lost(Time now) {
  // Many peers close without an unbind_resp.
  end(state_ == SessionState::unbinding ? asked_reason_ : CloseReason::connection_lost, now);
}

void SessionMachine::end(CloseReason reason, Time now, bool flush) {
  if (state_ == SessionState::closed) return;
  if (state_ != SessionState::closing) {
    close_reason_ = reason;
    state_ = SessionState::closing;
    close_deadline_ = now + options_.close_timeout;
    settle_requests(now);
  }
  if (!flush || unsent() == 0) state_ = SessionState::closed;
}

void SessionMachine::settle_requests(Time now) {
  Time since = reading_time(now) - options_.response_timeout;
  while (auto sent = outstanding_.oldest_sent()) {
    Outstanding::Request request = outstanding_.take_oldest();
    Outcome outcome;
    if (request.handed_over)
      outcome.kind = close_reason_ == CloseReason::response_timeout && *sent <= since
                         ? Outcome::Kind::timed_out
                         : Outcome::Kind::unanswered;
    request.done(std::move(outcome));
  }
}

// ---- bytes out ----

void SessionMachine::take_output(Bytes& into, Time now) {
  invariant(in_flight_ == 0, "one write at a time");
  into.clear();
  into.swap(output_);
  in_flight_ = into.size();
  writing_since_ = now;
  outstanding_.mark_handed_over();
}

void SessionMachine::output_written(Time now) {
  in_flight_ = 0;
  writing_since_.reset();
  note_pause(now);
  if (state_ == SessionState::closing && output_.empty()) state_ = SessionState::closed;
}

// ---- time ----

Time SessionMachine::reading_time(Time now) const {
  return now - paused_ - (paused_since_ ? now - *paused_since_ : Micros::zero());
}

void SessionMachine::note_pause(Time now) {
  if (wants_input() == !paused_since_.has_value()) return;
  if (paused_since_) {
    paused_ += now - *paused_since_;
    paused_since_.reset();
  } else {
    paused_since_ = now;
  }
}

std::optional<Time> SessionMachine::next_deadline() {
  if (state_ == SessionState::closed) return {};
  std::optional<Time> deadline;
  if (!paused_since_ && state_ != SessionState::closing) {
    if (auto sent = outstanding_.oldest_sent())
      earliest(deadline, after(*sent, options_.response_timeout));
    if (enquire_sequence_ != 0)
      earliest(deadline, after(enquired_, options_.enquire_link_timeout));
    else if (state_ == SessionState::bound)
      earliest(deadline, after(last_received_, options_.enquire_link_interval));
    if (state_ == SessionState::bound && !close_asked_)
      earliest(deadline, after(last_operation_, options_.inactivity_timeout));
    if (partial_since_) earliest(deadline, after(*partial_since_, options_.pdu_timeout));
    if (deadline) *deadline += paused_;
  }
  earliest(deadline, bind_deadline_);
  earliest(deadline, close_deadline_);
  if (writing_since_) earliest(deadline, after(*writing_since_, options_.write_timeout));
  return deadline;
}

void SessionMachine::on_time(Time now) {
  if (state_ == SessionState::closed) return;
  auto past = [](std::optional<Time> deadline, Time time) { return deadline && *deadline <= time; };
  if (past(close_deadline_, now)) return end(asked_reason_, now);
  if (writing_since_ && past(after(*writing_since_, options_.write_timeout), now))
    return end(CloseReason::stalled, now);
  if (state_ == SessionState::closing) return;
  if (past(bind_deadline_, now)) return end(CloseReason::bind_timeout, now);
  if (paused_since_) return;

  Time time = reading_time(now);
  if (partial_since_ && past(after(*partial_since_, options_.pdu_timeout), time))
    return end(CloseReason::stalled, now);
  if (auto sent = outstanding_.oldest_sent();
      sent && past(after(*sent, options_.response_timeout), time))
    return end(CloseReason::response_timeout, now);
  if (enquire_sequence_ != 0 && past(after(enquired_, options_.enquire_link_timeout), time))
    return end(CloseReason::response_timeout, now);
  if (state_ != SessionState::bound) return;
  if (!close_asked_ && past(after(last_operation_, options_.inactivity_timeout), time)) {
    asked_reason_ = CloseReason::inactive;
    return close(now);
  }
  if (enquire_sequence_ == 0 && past(after(last_received_, options_.enquire_link_interval), time)) {
    enquire_sequence_ = send_own(EnquireLink{});
    enquired_ = time;
  }
}

}  // namespace cloudvno::smpp
