// The limits that a session keeps, and why one ends.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/time.hpp"
#include "protocol/smpp/pdu.hpp"

namespace cloudvno::smpp {

// Times of zero mean: never.
struct SessionOptions {
  // Most requests of ours without a response.
  std::size_t window = 10;
  // Most requests of the peer's that we have not answered yet; beyond, nothing is read from it.
  std::size_t incoming_window = 100;
  // Most bytes that wait to be written; beyond, nothing is read and nothing more may be sent.
  std::size_t max_unsent = 1 << 20;
  std::size_t max_pdu = limits::pdu;

  // ESME: from bind to its response. SMSC: from the connection to an accepted bind (section 7.2:
  // session_init_timer).
  Micros bind_timeout = std::chrono::seconds(10);
  // From a request to its response (response_timer).
  Micros response_timeout = std::chrono::seconds(60);
  // After the last PDU from the peer (enquire_link_timer).
  Micros enquire_link_interval = std::chrono::seconds(30);
  // From our enquire_link to its response: a peer that is there answers at once.
  Micros enquire_link_timeout = std::chrono::seconds(10);
  // After the last request or response either way, enquire_link apart (inactivity_timer).
  Micros inactivity_timeout = Micros::zero();
  // From the first byte of a PDU to its last.
  Micros pdu_timeout = std::chrono::seconds(10);
  // Until the peer has taken what is being written.
  Micros write_timeout = std::chrono::seconds(30);
  // For close(): until all is answered and unbound.
  Micros close_timeout = std::chrono::seconds(5);
};

enum class CloseReason : std::uint8_t {
  closed,            // close(), in order
  aborted,           // abort()
  unbound_by_peer,   // it sent unbind
  connection_lost,   // it closed the connection, or the network did
  bind_refused,      // by the SMSC, whichever side that is
  bind_timeout,      // no response to bind, or no accepted bind
  response_timeout,  // no response to a request, or to an enquire_link
  inactive,          // inactivity_timeout
  stalled,           // half a PDU came, or the peer does not take what we write
  protocol_error,    // an impossible command_length
};

std::string_view close_reason_name(CloseReason reason);  // "unbound_by_peer"

enum class SessionState : std::uint8_t {
  open,       // connected (section 2.2)
  binding,    // ESME: bind is sent
  bound,      // BOUND_TX, BOUND_RX or BOUND_TRX
  unbinding,  // unbind is sent
  closing,    // the last bytes are being written
  closed,
};

}  // namespace cloudvno::smpp
