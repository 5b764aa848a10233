// What became of a request that we sent.
#pragma once

#include <functional>

#include "protocol/smpp/pdu.hpp"

namespace cloudvno::smpp {

struct Outcome {
  enum class Kind : std::uint8_t {
    answered,    // `response` is the peer's; its status may be a refusal, its body a GenericNack
    not_sent,    // never given to the connection: the peer does not know of it
    unanswered,  // given to the connection, which ended, or the answer was unreadable: the peer may
                 // have acted on it or not
    timed_out,   // given to the connection, and the peer did not answer in time: as unanswered
    invalid,     // refused on our side: response.status says why; the peer does not know of it
  };

  Kind kind = Kind::not_sent;
  Pdu response{};

  // The peer has taken the request.
  bool accepted() const {
    return kind == Kind::answered && response.status == CommandStatus::ESME_ROK &&
           !std::holds_alternative<GenericNack>(response.body);
  }
};

// Runs exactly once. May send again, close and abort; must not throw.
using Done = std::move_only_function<void(Outcome&&)>;

}  // namespace cloudvno::smpp
