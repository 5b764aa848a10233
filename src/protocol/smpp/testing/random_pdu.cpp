// PDUs with random content.
#include "protocol/smpp/testing/random_pdu.hpp"

#include <array>

namespace cloudvno::smpp::testing {
namespace {

struct KnownTlv {
  Tag tag;
  std::size_t least;
  std::size_t most;
};

constexpr KnownTlv known[] = {
#define SMPP_TLV(name, value, least, most) {Tag::name, least, most},
#include "protocol/smpp/tlv.def"
#undef SMPP_TLV
};

constexpr CommandId commands[] = {CommandId::generic_nack,          CommandId::bind_receiver,
                                  CommandId::bind_receiver_resp,    CommandId::bind_transmitter,
                                  CommandId::bind_transmitter_resp, CommandId::query_sm,
                                  CommandId::query_sm_resp,         CommandId::submit_sm,
                                  CommandId::submit_sm_resp,        CommandId::deliver_sm,
                                  CommandId::deliver_sm_resp,       CommandId::unbind,
                                  CommandId::unbind_resp,           CommandId::replace_sm,
                                  CommandId::replace_sm_resp,       CommandId::cancel_sm,
                                  CommandId::cancel_sm_resp,        CommandId::bind_transceiver,
                                  CommandId::bind_transceiver_resp, CommandId::outbind,
                                  CommandId::enquire_link,          CommandId::enquire_link_resp,
                                  CommandId::submit_multi,          CommandId::submit_multi_resp,
                                  CommandId::alert_notification,    CommandId::data_sm,
                                  CommandId::data_sm_resp};

}  // namespace

Pdu PduGenerator::next() {
  Pdu pdu;
  emplace(commands[below(std::size(commands))], pdu.body);
  std::visit([this](auto& body) { fill(body); }, pdu.body);
  pdu.sequence = 1 + static_cast<std::uint32_t>(below(0x7FFFFFFF));
  return pdu;
}

std::size_t PduGenerator::below(std::size_t limit) {
  return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
}

std::string PduGenerator::text(std::size_t most) {
  // The ends of the range are where mistakes are.
  const auto size = one_in(4) ? 0 : one_in(4) ? most : below(most + 1);
  std::string out(size, ' ');
  for (auto& c : out) c = static_cast<char>(0x21 + below(0x5E));
  return out;
}

std::string PduGenerator::time() {
  return one_in(2) ? std::string() : text(limits::time).substr(0, limits::time);
}

Bytes PduGenerator::octets(std::size_t least, std::size_t most) {
  const auto size = one_in(4) ? most : least + below(most - least + 1);
  Bytes out(size);
  for (auto& each : out) each = octet();
  return out;
}

Address PduGenerator::address(std::size_t most) {
  return {static_cast<std::uint8_t>(below(7)), static_cast<std::uint8_t>(below(2)), text(most)};
}

Tlv PduGenerator::tlv() {
  if (range_.unknown_tlvs && one_in(5)) {
    return {static_cast<Tag>(0x1400 + below(0x2C00)), octets(0, 40)};
  }
  const auto& one = known[below(std::size(known))];
  return {one.tag, octets(one.least, std::min(one.most, range_.payload))};
}

Tlvs PduGenerator::tlvs(bool listed) {
  Tlvs out;
  if (!listed && !range_.tlvs_everywhere) return out;
  for (auto count = one_in(2) ? 0 : below(6); count > 0; --count) {
    auto made = tlv();
    if (!range_.unknown_tlvs && find(out, made.tag)) continue;
    out.push_back(std::move(made));
  }
  return out;
}

void PduGenerator::fill(ShortMessage& message) {
  message.service_type = text(limits::service_type);
  message.source = address();
  message.destination = address();
  message.esm_class = octet();
  message.protocol_id = octet();
  message.priority_flag = octet();
  message.schedule_delivery_time = time();
  message.validity_period = time();
  message.registered_delivery = octet();
  message.replace_if_present_flag = octet();
  message.data_coding = octet();
  message.sm_default_msg_id = octet();
  message.short_message = octets(0, limits::short_message);
  message.tlvs = tlvs(true);
}

void PduGenerator::fill(SubmitSm& pdu) {
  fill(static_cast<ShortMessage&>(pdu));
}

void PduGenerator::fill(DeliverSm& pdu) {
  fill(static_cast<ShortMessage&>(pdu));
  if (range_.deliver_times) return;
  pdu.schedule_delivery_time.clear();
  pdu.validity_period.clear();
}

void PduGenerator::fill(SubmitMulti& pdu) {
  ShortMessage common;
  fill(common);
  pdu.service_type = common.service_type;
  pdu.source = common.source;
  for (auto count = one_in(8) ? limits::destinations : 1 + below(5); count > 0; --count) {
    if (one_in(3)) {
      pdu.destinations.emplace_back(DistributionList{text(limits::dl_name)});
    } else {
      pdu.destinations.emplace_back(address());
    }
  }
  pdu.esm_class = common.esm_class;
  pdu.protocol_id = common.protocol_id;
  pdu.priority_flag = common.priority_flag;
  pdu.schedule_delivery_time = common.schedule_delivery_time;
  pdu.validity_period = common.validity_period;
  pdu.registered_delivery = common.registered_delivery;
  pdu.replace_if_present_flag = common.replace_if_present_flag;
  pdu.data_coding = common.data_coding;
  pdu.sm_default_msg_id = common.sm_default_msg_id;
  pdu.short_message = common.short_message;
  pdu.tlvs = common.tlvs;
}

void PduGenerator::fill(SubmitMultiResp& pdu) {
  pdu.message_id = text(limits::message_id);
  for (auto count = below(4); count > 0; --count) {
    pdu.unsuccess_smes.push_back({address(), static_cast<CommandStatus>(below(0x100))});
  }
  pdu.tlvs = tlvs(false);
}

void PduGenerator::fill(Bind& pdu) {
  pdu.system_id = text(limits::system_id);
  pdu.password = text(limits::password);
  pdu.system_type = text(limits::system_type);
  pdu.address_range = address(limits::address_range);
  pdu.tlvs = tlvs(false);
}

void PduGenerator::fill(BindResp& pdu) {
  pdu.system_id = text(limits::system_id);
  pdu.tlvs = range_.tlvs_everywhere ? tlvs(true) : Tlvs{tlv_u8(Tag::sc_interface_version, 0x34)};
}

void PduGenerator::fill(Outbind& pdu) {
  pdu.system_id = text(limits::system_id);
  pdu.password = text(limits::password);
  pdu.tlvs = tlvs(false);
}

void PduGenerator::fill(SubmitSmResp& pdu) {
  pdu.message_id = text(limits::message_id);
  pdu.tlvs = tlvs(false);
}

void PduGenerator::fill(DeliverSmResp& pdu) {
  if (range_.tlvs_everywhere) pdu.message_id = text(limits::message_id);
  pdu.tlvs = tlvs(false);
}

void PduGenerator::fill(DataSm& pdu) {
  const auto most = range_.long_data_addresses ? limits::long_address : limits::address;
  pdu.service_type = text(limits::service_type);
  pdu.source = address(most);
  pdu.destination = address(most);
  pdu.esm_class = octet();
  pdu.registered_delivery = octet();
  pdu.data_coding = octet();
  pdu.tlvs = tlvs(true);
}

void PduGenerator::fill(DataSmResp& pdu) {
  pdu.message_id = text(limits::message_id);
  pdu.tlvs = tlvs(false);
}

void PduGenerator::fill(QuerySm& pdu) {
  pdu.message_id = text(limits::message_id);
  pdu.source = address();
  pdu.tlvs = tlvs(false);
}

void PduGenerator::fill(QuerySmResp& pdu) {
  pdu.message_id = text(limits::message_id);
  pdu.final_date = time();
  pdu.message_state = octet();
  pdu.error_code = octet();
  pdu.tlvs = tlvs(false);
}

void PduGenerator::fill(CancelSm& pdu) {
  pdu.service_type = text(limits::service_type);
  pdu.message_id = text(limits::message_id);
  pdu.source = address();
  pdu.destination = address();
  pdu.tlvs = tlvs(false);
}

void PduGenerator::fill(ReplaceSm& pdu) {
  pdu.message_id = text(limits::message_id);
  pdu.source = address();
  pdu.schedule_delivery_time = time();
  pdu.validity_period = time();
  pdu.registered_delivery = octet();
  pdu.sm_default_msg_id = octet();
  pdu.short_message = octets(0, limits::short_message);
  pdu.tlvs = tlvs(false);
}

void PduGenerator::fill(AlertNotification& pdu) {
  pdu.source = address(limits::long_address);
  pdu.esme = address(limits::long_address);
  pdu.tlvs =
      range_.tlvs_everywhere ? tlvs(true) : Tlvs{tlv_u8(Tag::ms_availability_status, octet())};
}

}  // namespace cloudvno::smpp::testing
