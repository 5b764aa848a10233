// PDUs to bytes and back (SMPP 3.4 section 3.2). No state, no I/O; any thread.
#pragma once

#include <cstddef>

#include "base/bytes.hpp"
#include "protocol/smpp/pdu.hpp"

namespace cloudvno::smpp {

enum class Decoding : std::uint8_t {
  need_more,  // the buffer's first PDU is not there whole; nothing was used
  pdu,        // `pdu` is it; the next begins after `used` bytes
  malformed,  // `fault` is what to answer; see can_go_on
};

struct DecodeResult {
  Decoding kind = Decoding::need_more;
  std::size_t used = 0;

  // If malformed: what the header says, as far as it was there (else zero). An answer carries
  // pdu.sequence and `fault`: as the command's own response where the command is known, else as
  // generic_nack (section 4.3).
  CommandId command{};
  CommandStatus fault = CommandStatus::ESME_ROK;

  // Whether the next PDU's begin is known. Not after a command_length under 16 or over the
  // maximum: there the connection is lost.
  bool can_go_on = true;

  Pdu pdu;
};

// Reads the first PDU of `buffer`. Looks at a command_length as soon as its four bytes are there.
// `most` is the greatest command_length taken, at most limits::pdu.
//
// Departure: any response may come without a body, as many SMSCs leave it out with a status of
// ESME_ROK too (sections 4.1.2 and 4.4.2 allow it with errors only); all its fields are then empty.
// TLVs are taken behind every PDU, as SMPP 5.0 peers send them behind submit_sm_resp.
DecodeResult decode(ByteView buffer, std::size_t most = limits::pdu);

// What the first PDU of `buffer` will take in all, known once its first four bytes are there;
// else 4. Not checked against any limit.
std::size_t announced_length(ByteView buffer);

// Appends the PDU to `out`. Answers ESME_ROK; or, with `out` unchanged, the status that a peer
// would give: a field is over its maximum or holds a NUL, or the whole is over limits::pdu. A
// response with a status other than ESME_ROK and with all fields empty goes without a body.
[[nodiscard]] CommandStatus encode(const Pdu& pdu, Bytes& out);
[[nodiscard]] CommandStatus encode(CommandStatus status, std::uint32_t sequence, const Body& body,
                                   Bytes& out);

}  // namespace cloudvno::smpp
