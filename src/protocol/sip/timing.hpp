// The base values of SIP's timers (RFC 3261 section 17.1.1.1 and table 4).
#pragma once

#include "base/time.hpp"

namespace cloudvno::sip {

struct Timing {
  Micros t1 = std::chrono::milliseconds(500);  // a round trip
  Micros t2 = std::chrono::seconds(4);         // the longest wait between retransmissions
  Micros t4 = std::chrono::seconds(5);         // how long a message stays in the network
  // Timers B, D, F, H, J, L, M: how long a transaction waits, or lingers.
  Micros patience() const { return 64 * t1; }
};

}  // namespace cloudvno::sip
