// Client transactions, INVITE and other (RFC 3261 section 17.1, RFC 6026 section 7.2), without I/O.
#pragma once

#include <optional>

#include "protocol/sip/timing.hpp"

namespace cloudvno::sip {

// calling -> proceeding -> completed | accepted -> terminated. "Calling" is the standard's "trying"
// where the request is no INVITE. Begins when the request was sent for the first time.
class ClientTransaction {
 public:
  enum class State { calling, proceeding, completed, accepted, terminated };
  // What the owner has to do for an input.
  struct Actions {
    bool resend = false;       // the request
    bool acknowledge = false;  // send the ACK of a final response other than 2xx
    bool deliver = false;      // hand the response to the user
    bool timed_out = false;    // tell the user: no final response
  };

  ClientTransaction(bool invite, bool reliable, const Timing& timing, Micros now);

  State state() const { return state_; }
  Actions on_response(int status, Micros now);
  Actions on_time(Micros now);
  // The request could not be sent. True: the user is to be told.
  bool on_send_failed();
  std::optional<Micros> next_deadline() const;

 private:
  void linger(State state, std::optional<Micros> until, Micros now);

  bool invite_;
  bool reliable_;
  Timing timing_;
  State state_ = State::calling;
  Micros resend_interval_;
  std::optional<Micros> resend_at_;  // timers A, E
  std::optional<Micros> end_at_;     // timers B, F, then D, K, M
};

}  // namespace cloudvno::sip
