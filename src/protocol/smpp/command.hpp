// What a PDU is (SMPP 3.4 section 5.1.2.1, table 5-1: command_id).
#pragma once

#include <cstdint>
#include <string>

namespace cloudvno::smpp {

// A response has its request's value with the highest bit set. Any 32-bit value can arrive.
enum class CommandId : std::uint32_t {
  generic_nack = 0x80000000,
  bind_receiver = 0x00000001,
  bind_receiver_resp = 0x80000001,
  bind_transmitter = 0x00000002,
  bind_transmitter_resp = 0x80000002,
  query_sm = 0x00000003,
  query_sm_resp = 0x80000003,
  submit_sm = 0x00000004,
  submit_sm_resp = 0x80000004,
  deliver_sm = 0x00000005,
  deliver_sm_resp = 0x80000005,
  unbind = 0x00000006,
  unbind_resp = 0x80000006,
  replace_sm = 0x00000007,
  replace_sm_resp = 0x80000007,
  cancel_sm = 0x00000008,
  cancel_sm_resp = 0x80000008,
  bind_transceiver = 0x00000009,
  bind_transceiver_resp = 0x80000009,
  outbind = 0x0000000B,
  enquire_link = 0x00000015,
  enquire_link_resp = 0x80000015,
  submit_multi = 0x00000021,
  submit_multi_resp = 0x80000021,
  alert_notification = 0x00000102,
  data_sm = 0x00000103,
  data_sm_resp = 0x80000103,
};

inline constexpr std::uint32_t response_bit = 0x80000000;

constexpr bool is_response(CommandId id) {
  return (static_cast<std::uint32_t>(id) & response_bit) != 0;
}

// outbind and alert_notification have none (sections 4.1.7 and 4.12.1): don't ask for theirs.
constexpr CommandId response_of(CommandId request) {
  return static_cast<CommandId>(static_cast<std::uint32_t>(request) | response_bit);
}

constexpr bool wants_response(CommandId id) {
  return !is_response(id) && id != CommandId::outbind && id != CommandId::alert_notification;
}

constexpr bool is_bind(CommandId id) {
  return id == CommandId::bind_receiver || id == CommandId::bind_transmitter ||
         id == CommandId::bind_transceiver;
}

// "submit_sm", or "0x00000042" for a value without a name.
std::string command_name(CommandId id);

}  // namespace cloudvno::smpp
