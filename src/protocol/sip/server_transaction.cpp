// The states of figures 7 and 8 of RFC 3261, with RFC 6026's "accepted".
#include "protocol/sip/server_transaction.hpp"

#include <algorithm>

namespace cloudvno::sip {

bool ServerTransaction::respond(int status, Micros now) {
  // Further 2xx go out as long as the user asks for them.
  if (state_ == State::accepted) return status >= 200 && status < 300;
  if (state_ != State::proceeding) return false;
  if (status < 200) return true;
  if (!invite_) {
    state_ = State::completed;
    end_at_ = now + (reliable_ ? Micros::zero() : timing_.patience());
  } else if (status < 300) {
    state_ = State::accepted;
    end_at_ = now + timing_.patience();
  } else {
    state_ = State::completed;
    end_at_ = now + timing_.patience();
    if (!reliable_) resend_at_ = now + resend_interval_;
  }
  return true;
}

ServerTransaction::Actions ServerTransaction::on_retransmission() const {
  return {.resend = state_ == State::proceeding || state_ == State::completed};
}

bool ServerTransaction::on_ack(Micros now) {
  if (state_ == State::completed && invite_) {
    state_ = State::confirmed;
    resend_at_.reset();
    end_at_ = now + (reliable_ ? Micros::zero() : timing_.t4);
  }
  return state_ == State::accepted;
}

ServerTransaction::Actions ServerTransaction::on_time(Micros now) {
  Actions actions;
  if (end_at_ && now >= *end_at_) {
    actions.timed_out = invite_ && state_ == State::completed;
    state_ = State::terminated;
    resend_at_.reset();
    end_at_.reset();
  } else if (resend_at_ && now >= *resend_at_) {
    actions.resend = true;
    resend_interval_ = std::min(2 * resend_interval_, timing_.t2);
    resend_at_ = now + resend_interval_;
  }
  return actions;
}

std::optional<Micros> ServerTransaction::next_deadline() const {
  if (!resend_at_) return end_at_;
  return std::min(*resend_at_, *end_at_);
}

}  // namespace cloudvno::sip
