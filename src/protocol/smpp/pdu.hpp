// The PDUs of SMPP 3.4 (section 4) as plain values. Fields have the specification's names and its
// order on the wire; what they mean stands in section 5.2. Strings hold no NUL.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "protocol/smpp/command.hpp"
#include "protocol/smpp/status.hpp"
#include "protocol/smpp/tlv.hpp"

namespace cloudvno::smpp {

// Greatest sizes in octets without the NUL that ends a C-Octet String (section 5.2).
namespace limits {
inline constexpr std::size_t system_id = 15;
inline constexpr std::size_t password = 8;
inline constexpr std::size_t system_type = 12;
inline constexpr std::size_t address_range = 40;
inline constexpr std::size_t service_type = 5;
inline constexpr std::size_t address = 20;
inline constexpr std::size_t long_address = 64;  // in data_sm and alert_notification
inline constexpr std::size_t time = 16;
inline constexpr std::size_t message_id = 64;
inline constexpr std::size_t short_message = 254;  // longer: in the TLV message_payload
inline constexpr std::size_t dl_name = 20;
inline constexpr std::size_t destinations = 254;  // of one submit_multi
inline constexpr std::size_t header = 16;
// Ours: the specification sets none. message_payload alone could be 64 KiB; nobody sends that.
inline constexpr std::size_t pdu = 65536;
}  // namespace limits

// Type of number (section 5.2.5) and numbering plan (5.2.6), those in use.
namespace ton {
inline constexpr std::uint8_t unknown = 0;
inline constexpr std::uint8_t international = 1;
inline constexpr std::uint8_t national = 2;
inline constexpr std::uint8_t network_specific = 3;
inline constexpr std::uint8_t subscriber_number = 4;
inline constexpr std::uint8_t alphanumeric = 5;
inline constexpr std::uint8_t abbreviated = 6;
}  // namespace ton
namespace npi {
inline constexpr std::uint8_t unknown = 0;
inline constexpr std::uint8_t isdn = 1;  // E.163, E.164
}  // namespace npi

// Bits of esm_class (section 5.2.12).
namespace esm_class {
inline constexpr std::uint8_t mode_mask = 0x03;
inline constexpr std::uint8_t type_mask = 0x3C;
inline constexpr std::uint8_t delivery_receipt = 0x04;
inline constexpr std::uint8_t delivery_acknowledgement = 0x08;
inline constexpr std::uint8_t user_acknowledgement = 0x10;
inline constexpr std::uint8_t intermediate_notification = 0x20;
inline constexpr std::uint8_t udh_indicator = 0x40;
inline constexpr std::uint8_t reply_path = 0x80;
}  // namespace esm_class

// Bits of registered_delivery (section 5.2.17).
namespace registered_delivery {
inline constexpr std::uint8_t none = 0x00;
inline constexpr std::uint8_t final_receipt = 0x01;    // delivered or failed
inline constexpr std::uint8_t failure_receipt = 0x02;  // failed only
inline constexpr std::uint8_t receipt_mask = 0x03;
inline constexpr std::uint8_t intermediate_notification = 0x10;
}  // namespace registered_delivery

inline constexpr std::uint8_t interface_version_34 = 0x34;  // section 5.2.4

// Where a message stands (section 5.2.28).
enum class MessageState : std::uint8_t {
  enroute = 1,
  delivered = 2,
  expired = 3,
  deleted = 4,
  undeliverable = 5,
  accepted = 6,
  unknown = 7,
  rejected = 8,
};

struct Address {
  std::uint8_t ton = 0;
  std::uint8_t npi = 0;
  std::string addr{};
  bool operator==(const Address&) const = default;
};

// Which way messages may go on a session: from the ESME, to it, or both (section 2.2).
enum class BindMode : std::uint8_t { transmitter, receiver, transceiver };

// bind_transmitter, bind_receiver, bind_transceiver: sections 4.1.1, 4.1.3, 4.1.5.
struct Bind {
  BindMode mode = BindMode::transceiver;
  std::string system_id{};
  std::string password{};
  std::string system_type{};
  std::uint8_t interface_version = interface_version_34;
  Address address_range{};
  Tlvs tlvs{};
  bool operator==(const Bind&) const = default;
};

// Sections 4.1.2, 4.1.4, 4.1.6. May carry sc_interface_version.
struct BindResp {
  BindMode mode = BindMode::transceiver;
  std::string system_id{};
  Tlvs tlvs{};
  bool operator==(const BindResp&) const = default;
};

struct Outbind {  // section 4.1.7
  static constexpr CommandId id = CommandId::outbind;
  std::string system_id{};
  std::string password{};
  Tlvs tlvs{};
  bool operator==(const Outbind&) const = default;
};

struct Unbind {  // section 4.2.1
  static constexpr CommandId id = CommandId::unbind;
  Tlvs tlvs{};
  bool operator==(const Unbind&) const = default;
};

struct UnbindResp {  // section 4.2.2
  static constexpr CommandId id = CommandId::unbind_resp;
  Tlvs tlvs{};
  bool operator==(const UnbindResp&) const = default;
};

struct GenericNack {  // section 4.3.1
  static constexpr CommandId id = CommandId::generic_nack;
  Tlvs tlvs{};
  bool operator==(const GenericNack&) const = default;
};

// What submit_sm and deliver_sm have in common, which is all.
struct ShortMessage {
  std::string service_type{};
  Address source{};
  Address destination{};
  std::uint8_t esm_class = 0;
  std::uint8_t protocol_id = 0;
  std::uint8_t priority_flag = 0;
  std::string schedule_delivery_time{};
  std::string validity_period{};
  std::uint8_t registered_delivery = 0;
  std::uint8_t replace_if_present_flag = 0;
  std::uint8_t data_coding = 0;
  std::uint8_t sm_default_msg_id = 0;
  Bytes short_message{};
  Tlvs tlvs{};
  bool operator==(const ShortMessage&) const = default;
};

struct SubmitSm : ShortMessage {  // section 4.4.1
  static constexpr CommandId id = CommandId::submit_sm;
  bool operator==(const SubmitSm&) const = default;
};

struct SubmitSmResp {  // section 4.4.2
  static constexpr CommandId id = CommandId::submit_sm_resp;
  std::string message_id{};
  Tlvs tlvs{};
  bool operator==(const SubmitSmResp&) const = default;
};

struct DistributionList {
  std::string dl_name{};
  bool operator==(const DistributionList&) const = default;
};

// One of dest_address(es): dest_flag 1 is an address, 2 a list (section 4.5.1.1).
using Destination = std::variant<Address, DistributionList>;

struct SubmitMulti {  // section 4.5.1
  static constexpr CommandId id = CommandId::submit_multi;
  std::string service_type{};
  Address source{};
  std::vector<Destination> destinations{};  // 1 to 254
  std::uint8_t esm_class = 0;
  std::uint8_t protocol_id = 0;
  std::uint8_t priority_flag = 0;
  std::string schedule_delivery_time{};
  std::string validity_period{};
  std::uint8_t registered_delivery = 0;
  std::uint8_t replace_if_present_flag = 0;
  std::uint8_t data_coding = 0;
  std::uint8_t sm_default_msg_id = 0;
  Bytes short_message{};
  Tlvs tlvs{};
  bool operator==(const SubmitMulti&) const = default;
};

struct UnsuccessSme {
  Address destination{};
  CommandStatus error_status_code{};
  bool operator==(const UnsuccessSme&) const = default;
};

struct SubmitMultiResp {  // section 4.5.2
  static constexpr CommandId id = CommandId::submit_multi_resp;
  std::string message_id{};
  std::vector<UnsuccessSme> unsuccess_smes{};  // at most 255
  Tlvs tlvs{};
  bool operator==(const SubmitMultiResp&) const = default;
};

struct DeliverSm : ShortMessage {  // section 4.6.1
  static constexpr CommandId id = CommandId::deliver_sm;
  bool operator==(const DeliverSm&) const = default;
};

struct DeliverSmResp {  // section 4.6.2
  static constexpr CommandId id = CommandId::deliver_sm_resp;
  std::string message_id{};  // unused: empty
  Tlvs tlvs{};
  bool operator==(const DeliverSmResp&) const = default;
};

struct DataSm {  // section 4.7.1
  static constexpr CommandId id = CommandId::data_sm;
  std::string service_type{};
  Address source{};
  Address destination{};
  std::uint8_t esm_class = 0;
  std::uint8_t registered_delivery = 0;
  std::uint8_t data_coding = 0;
  Tlvs tlvs{};
  bool operator==(const DataSm&) const = default;
};

struct DataSmResp {  // section 4.7.2
  static constexpr CommandId id = CommandId::data_sm_resp;
  std::string message_id{};
  Tlvs tlvs{};
  bool operator==(const DataSmResp&) const = default;
};

struct QuerySm {  // section 4.8.1
  static constexpr CommandId id = CommandId::query_sm;
  std::string message_id{};
  Address source{};
  Tlvs tlvs{};
  bool operator==(const QuerySm&) const = default;
};

struct QuerySmResp {  // section 4.8.2
  static constexpr CommandId id = CommandId::query_sm_resp;
  std::string message_id{};
  std::string final_date{};
  std::uint8_t message_state = 0;  // a MessageState
  std::uint8_t error_code = 0;
  Tlvs tlvs{};
  bool operator==(const QuerySmResp&) const = default;
};

struct CancelSm {  // section 4.9.1
  static constexpr CommandId id = CommandId::cancel_sm;
  std::string service_type{};
  std::string message_id{};
  Address source{};
  Address destination{};
  Tlvs tlvs{};
  bool operator==(const CancelSm&) const = default;
};

struct CancelSmResp {  // section 4.9.2
  static constexpr CommandId id = CommandId::cancel_sm_resp;
  Tlvs tlvs{};
  bool operator==(const CancelSmResp&) const = default;
};

struct ReplaceSm {  // section 4.10.1
  static constexpr CommandId id = CommandId::replace_sm;
  std::string message_id{};
  Address source{};
  std::string schedule_delivery_time{};
  std::string validity_period{};
  std::uint8_t registered_delivery = 0;
  std::uint8_t sm_default_msg_id = 0;
  Bytes short_message{};
  Tlvs tlvs{};
  bool operator==(const ReplaceSm&) const = default;
};

struct ReplaceSmResp {  // section 4.10.2
  static constexpr CommandId id = CommandId::replace_sm_resp;
  Tlvs tlvs{};
  bool operator==(const ReplaceSmResp&) const = default;
};

struct EnquireLink {  // section 4.11.1
  static constexpr CommandId id = CommandId::enquire_link;
  Tlvs tlvs{};
  bool operator==(const EnquireLink&) const = default;
};

struct EnquireLinkResp {  // section 4.11.2
  static constexpr CommandId id = CommandId::enquire_link_resp;
  Tlvs tlvs{};
  bool operator==(const EnquireLinkResp&) const = default;
};

struct AlertNotification {  // section 4.12.1
  static constexpr CommandId id = CommandId::alert_notification;
  Address source{};
  Address esme{};
  Tlvs tlvs{};
  bool operator==(const AlertNotification&) const = default;
};

using Body =
    std::variant<GenericNack, Bind, BindResp, Outbind, Unbind, UnbindResp, SubmitSm, SubmitSmResp,
                 SubmitMulti, SubmitMultiResp, DeliverSm, DeliverSmResp, DataSm, DataSmResp,
                 QuerySm, QuerySmResp, CancelSm, CancelSmResp, ReplaceSm, ReplaceSmResp,
                 EnquireLink, EnquireLinkResp, AlertNotification>;

struct Pdu {
  CommandStatus status = CommandStatus::ESME_ROK;  // of a request always ESME_ROK
  std::uint32_t sequence = 0;                      // 1 to 0x7FFFFFFF (section 5.1.4)
  Body body{};
  bool operator==(const Pdu&) const = default;
};

CommandId command_id(const Body& body);
inline CommandId command_id(const Pdu& pdu) {
  return command_id(pdu.body);
}

// Makes `body` an empty one of that kind; false, and body unchanged, where the specification has
// no such command_id.
bool emplace(CommandId id, Body& body);

// An empty body for the response to a request, say to refuse it; a GenericNack where the request
// has no response of its own.
Body empty_response(CommandId request);

}  // namespace cloudvno::smpp
