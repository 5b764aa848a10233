// Where SIP messages go to and come from (RFC 3261 section 18), and what the stack asks of sockets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace cloudvno::sip {

enum class Transport : std::uint8_t { udp, tcp, tls };

inline bool is_reliable(Transport transport) {
  return transport != Transport::udp;
}
// As the Via header spells it: "UDP".
inline std::string_view via_word(Transport transport) {
  return transport == Transport::udp ? "UDP" : transport == Transport::tcp ? "TCP" : "TLS";
}

// One side of a hop. `host` is an address (IPv6 without brackets), or a name that the sockets'
// side resolves. `connection` names an open stream, which is used while it is open; else the host
// is connected to.
struct Peer {
  Transport transport = Transport::udp;
  std::string host;
  std::uint16_t port = 0;
  std::uint64_t connection = 0;

  bool operator==(const Peer&) const = default;
};

// Implemented by the room that has the sockets. All instants of the stack are Clock::elapsed().
class Wire {
 public:
  virtual ~Wire() = default;
  // Takes the bytes at once and never fails: where they cannot be sent, it tells the agent later
  // by send_failed(tag), unless the tag is 0. Not from within the call.
  virtual void send(const Peer& to, std::string_view bytes, std::uint64_t tag) = 0;
  // The agent's next_deadline() has become earlier.
  virtual void wake_at(Micros at) = 0;
};

}  // namespace cloudvno::sip
