// The states of figures 5 and 6 of RFC 3261, with RFC 6026's "accepted".
#include "protocol/sip/client_transaction.hpp"

#include <algorithm>

namespace cloudvno::sip {

ClientTransaction::ClientTransaction(bool invite, bool reliable, const Timing& timing, Micros now)
    : invite_(invite), reliable_(reliable), timing_(timing), resend_interval_(timing.t1) {
  if (!reliable_) resend_at_ = now + timing_.t1;
  end_at_ = now + timing_.patience();
}

ClientTransaction::Actions ClientTransaction::on_response(int status, Micros now) {
  Actions actions;
  bool open = state_ == State::calling || state_ == State::proceeding;
  if (status < 200) {
    if (!open) return actions;
    state_ = State::proceeding;
    if (invite_) {
      // From here on the call waits, for as long as it rings.
      resend_at_.reset();
      end_at_.reset();
    } else if (!reliable_) {
      resend_interval_ = timing_.t2;
    }
    actions.deliver = true;
  } else if (invite_ && status < 300) {
    if (open) linger(State::accepted, timing_.patience(), now);
    // Each 2xx, so that the user can acknowledge it again, and those of other branches of a fork.
    actions.deliver = state_ == State::accepted;
  } else if (invite_) {
    actions.acknowledge = open || state_ == State::completed;
    actions.deliver = open;
    if (open) linger(State::completed, reliable_ ? Micros::zero() : timing_.patience(), now);
  } else if (open) {
    actions.deliver = true;
    linger(State::completed, reliable_ ? Micros::zero() : timing_.t4, now);
  }
  return actions;
}

void ClientTransaction::linger(State state, std::optional<Micros> until, Micros now) {
  state_ = state;
  resend_at_.reset();
  end_at_ = now + *until;
}

ClientTransaction::Actions ClientTransaction::on_time(Micros now) {
  Actions actions;
  if (end_at_ && now >= *end_at_) {
    actions.timed_out = state_ == State::calling || state_ == State::proceeding;
    state_ = State::terminated;
    resend_at_.reset();
    end_at_.reset();
    return actions;
  }
  if (resend_at_ && now >= *resend_at_) {
    actions.resend = true;
    resend_interval_ *= 2;
    if (!invite_) resend_interval_ = std::min(resend_interval_, timing_.t2);
    resend_at_ = now + resend_interval_;
  }
  return actions;
}

bool ClientTransaction::on_send_failed() {
  bool open = state_ == State::calling || state_ == State::proceeding;
  if (!open) return false;
  state_ = State::terminated;
  resend_at_.reset();
  end_at_.reset();
  return true;
}

std::optional<Micros> ClientTransaction::next_deadline() const {
  if (!resend_at_) return end_at_;
  return end_at_ ? std::min(*resend_at_, *end_at_) : *resend_at_;
}

}  // namespace cloudvno::sip
