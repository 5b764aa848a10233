// Which fields a PDU's body has on the wire, in order (SMPP 3.4 section 4): said once, for the
// measuring, the writing and the reading codec. TLVs follow where a layout ends.
//
// A codec has: byte(u8), status(u32), text(string, greatest size, what a longer one is answered),
// message(sm_length and short_message), many(vector, least, greatest, answer).
#pragma once

#include <concepts>

#include "protocol/smpp/pdu.hpp"

namespace cloudvno::smpp::layout {

// Either const, to be written, or not, to be read into.
template <class T, class... Wanted>
concept Any = (std::same_as<std::remove_const_t<T>, Wanted> || ...);

void address(auto& codec, Any<Address> auto& address, std::size_t most, CommandStatus fault) {
  codec.byte(address.ton);
  codec.byte(address.npi);
  codec.text(address.addr, most, fault);
}

void source(auto& codec, auto& pdu, std::size_t most = limits::address) {
  address(codec, pdu.source, most, CommandStatus::ESME_RINVSRCADR);
}

void destination(auto& codec, auto& pdu, std::size_t most = limits::address) {
  address(codec, pdu.destination, most, CommandStatus::ESME_RINVDSTADR);
}

void service_type(auto& codec, auto& pdu) {
  codec.text(pdu.service_type, limits::service_type, CommandStatus::ESME_RINVSERTYP);
}

void message_id(auto& codec, auto& pdu) {
  codec.text(pdu.message_id, limits::message_id, CommandStatus::ESME_RINVMSGID);
}

void times(auto& codec, auto& pdu) {
  codec.text(pdu.schedule_delivery_time, limits::time, CommandStatus::ESME_RINVSCHED);
  codec.text(pdu.validity_period, limits::time, CommandStatus::ESME_RINVEXPIRY);
}

// From esm_class to the text: the same in submit_sm, deliver_sm and submit_multi.
void message_part(auto& codec, auto& pdu) {
  codec.byte(pdu.esm_class);
  codec.byte(pdu.protocol_id);
  codec.byte(pdu.priority_flag);
  times(codec, pdu);
  codec.byte(pdu.registered_delivery);
  codec.byte(pdu.replace_if_present_flag);
  codec.byte(pdu.data_coding);
  codec.byte(pdu.sm_default_msg_id);
  codec.message(pdu.short_message);
}

void fields(auto& codec, Any<Bind> auto& pdu) {
  codec.text(pdu.system_id, limits::system_id, CommandStatus::ESME_RINVSYSID);
  codec.text(pdu.password, limits::password, CommandStatus::ESME_RINVPASWD);
  codec.text(pdu.system_type, limits::system_type, CommandStatus::ESME_RINVSYSTYP);
  codec.byte(pdu.interface_version);
  address(codec, pdu.address_range, limits::address_range, CommandStatus::ESME_RBINDFAIL);
}

void fields(auto& codec, Any<BindResp> auto& pdu) {
  codec.text(pdu.system_id, limits::system_id, CommandStatus::ESME_RINVSYSID);
}

void fields(auto& codec, Any<Outbind> auto& pdu) {
  codec.text(pdu.system_id, limits::system_id, CommandStatus::ESME_RINVSYSID);
  codec.text(pdu.password, limits::password, CommandStatus::ESME_RINVPASWD);
}

void fields(auto& codec, Any<SubmitSm, DeliverSm> auto& pdu) {
  service_type(codec, pdu);
  source(codec, pdu);
  destination(codec, pdu);
  message_part(codec, pdu);
}

void fields(auto& codec, Any<SubmitSmResp, DeliverSmResp, DataSmResp> auto& pdu) {
  message_id(codec, pdu);
}

void fields(auto& codec, Any<SubmitMulti> auto& pdu) {
  service_type(codec, pdu);
  source(codec, pdu);
  codec.many(pdu.destinations, 1, limits::destinations, CommandStatus::ESME_RINVNUMDESTS);
  message_part(codec, pdu);
}

void fields(auto& codec, Any<SubmitMultiResp> auto& pdu) {
  message_id(codec, pdu);
  codec.many(pdu.unsuccess_smes, 0, 255, CommandStatus::ESME_RINVNUMDESTS);
}

void fields(auto& codec, Any<UnsuccessSme> auto& item) {
  destination(codec, item);
  codec.status(item.error_status_code);
}

void fields(auto& codec, Any<DataSm> auto& pdu) {
  service_type(codec, pdu);
  source(codec, pdu, limits::long_address);
  destination(codec, pdu, limits::long_address);
  codec.byte(pdu.esm_class);
  codec.byte(pdu.registered_delivery);
  codec.byte(pdu.data_coding);
}

void fields(auto& codec, Any<QuerySm> auto& pdu) {
  message_id(codec, pdu);
  source(codec, pdu);
}

void fields(auto& codec, Any<QuerySmResp> auto& pdu) {
  message_id(codec, pdu);
  codec.text(pdu.final_date, limits::time, CommandStatus::ESME_RUNKNOWNERR);
  codec.byte(pdu.message_state);
  codec.byte(pdu.error_code);
}

void fields(auto& codec, Any<CancelSm> auto& pdu) {
  service_type(codec, pdu);
  message_id(codec, pdu);
  source(codec, pdu);
  destination(codec, pdu);
}

void fields(auto& codec, Any<ReplaceSm> auto& pdu) {
  message_id(codec, pdu);
  source(codec, pdu);
  times(codec, pdu);
  codec.byte(pdu.registered_delivery);
  codec.byte(pdu.sm_default_msg_id);
  codec.message(pdu.short_message);
}

void fields(auto& codec, Any<AlertNotification> auto& pdu) {
  source(codec, pdu, limits::long_address);
  address(codec, pdu.esme, limits::long_address, CommandStatus::ESME_RINVDSTADR);
}

void fields(auto&, Any<GenericNack, Unbind, UnbindResp, CancelSmResp, ReplaceSmResp, EnquireLink,
                       EnquireLinkResp> auto&) {}

}  // namespace cloudvno::smpp::layout
