// Server transactions, INVITE and other (RFC 3261 section 17.2, RFC 6026 section 7.1), without I/O.
#pragma once

#include <optional>

#include "protocol/sip/timing.hpp"

namespace cloudvno::sip {

// proceeding -> completed -> [confirmed ->] | accepted -> terminated. The owner keeps the response
// that was sent last.
class ServerTransaction {
 public:
  enum class State { proceeding, completed, confirmed, accepted, terminated };
  struct Actions {
    bool resend = false;     // the response that was sent last, if there is one
    bool timed_out = false;  // no ACK came for a final response other than 2xx
  };

  ServerTransaction(bool invite, bool reliable, const Timing& timing)
      : invite_(invite), reliable_(reliable), timing_(timing), resend_interval_(timing.t1) {}

  State state() const { return state_; }
  // May a response with this status still be sent? Then it is to be sent now.
  bool respond(int status, Micros now);
  Actions on_retransmission() const;
  // True: the ACK is the user's, since it acknowledges a 2xx.
  bool on_ack(Micros now);
  Actions on_time(Micros now);
  std::optional<Micros> next_deadline() const;

 private:
  bool invite_;
  bool reliable_;
  Timing timing_;
  State state_ = State::proceeding;
  Micros resend_interval_;
  std::optional<Micros> resend_at_;  // timer G
  std::optional<Micros> end_at_;     // timers H, I, J, L
};

}  // namespace cloudvno::sip
