// PDUs that tests of sessions use again and again.
#pragma once

#include "protocol/smpp/pdu.hpp"

namespace cloudvno::smpp::testing::samples {

inline Pdu ok(std::uint32_t sequence, Body body) {
  return {CommandStatus::ESME_ROK, sequence, std::move(body)};
}
inline Pdu refused(CommandStatus status, std::uint32_t sequence, Body body) {
  return {status, sequence, std::move(body)};
}

inline const Bind bind_request{.mode = BindMode::transceiver, .system_id = "us", .password = "pw"};
inline const BindResp bind_resp{.mode = BindMode::transceiver, .system_id = "them"};

inline SubmitSm submit(std::string_view text = "hi") {
  SubmitSm request;
  request.destination = {1, 1, "15550100"};
  request.short_message = to_bytes(text);
  return request;
}

inline DeliverSm deliver(std::string_view text = "hi") {
  DeliverSm request;
  request.short_message = to_bytes(text);
  return request;
}

}  // namespace cloudvno::smpp::testing::samples
