// Every PDU of SMPP 3.4 (section 4) as bytes, with a comment for each field, and as the value it
// is.
#include <gmock/gmock.h>

#include "protocol/smpp/codec.hpp"

namespace cloudvno::smpp {
namespace {

Bytes hex(std::string_view digits) {
  return from_hex(digits).value();
}

template <class T>
T short_message(ShortMessage fields) {
  T pdu;
  static_cast<ShortMessage&>(pdu) = std::move(fields);
  return pdu;
}

void set_length(Bytes& wire) {
  wire[2] = static_cast<std::uint8_t>(wire.size() >> 8);
  wire[3] = static_cast<std::uint8_t>(wire.size());
}

// Both ways; byte by byte; and cut off at each place, where it must end in a fault or a PDU but
// never in a read behind the end (which the sanitizers would see).
void expect_same(const Bytes& wire, const Pdu& pdu) {
  DecodeResult result = decode(wire);
  ASSERT_EQ(result.kind, Decoding::pdu) << status_name(result.fault);
  EXPECT_EQ(result.used, wire.size());
  EXPECT_TRUE(result.pdu == pdu);

  Bytes written;
  ASSERT_EQ(encode(pdu, written), CommandStatus::ESME_ROK);
  EXPECT_EQ(to_hex(written), to_hex(wire));

  for (std::size_t size = 0; size < wire.size(); ++size) {
    Bytes part(wire.begin(), wire.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(decode(part).kind, Decoding::need_more) << size;
    if (size < limits::header) continue;
    set_length(part);
    DecodeResult cut = decode(part);
    EXPECT_NE(cut.kind, Decoding::need_more) << size;
    EXPECT_EQ(cut.used, size);
    EXPECT_TRUE(cut.can_go_on);
    EXPECT_EQ(cut.pdu.sequence, pdu.sequence);
  }
}

TEST(SmppPdu, BindTransmitter) {  // section 4.1.1
  Bytes wire =
      hex("00000033"            // command_length 51
          "00000002"            // command_id bind_transmitter
          "00000000"            // command_status
          "00000001"            // sequence_number 1
          "636172726965723100"  // system_id "carrier1"
          "736563726574303800"  // password "secret08"
          "5355424D49543100"    // system_type "SUBMIT1"
          "34"                  // interface_version 3.4
          "01"                  // addr_ton international
          "01"                  // addr_npi ISDN
          "5E3135353500"        // address_range "^1555"
      );
  expect_same(wire, {static_cast<CommandStatus>(0x0), 0x1,
                     Bind{.mode = BindMode::transmitter,
                          .system_id = "carrier1",
                          .password = "secret08",
                          .system_type = "SUBMIT1",
                          .interface_version = 0x34,
                          .address_range = {1, 1, "^1555"},
                          .tlvs = {}}});
}

TEST(SmppPdu, BindReceiver) {  // section 4.1.3
  Bytes wire =
      hex("00000033"            // command_length 51
          "00000001"            // command_id bind_receiver
          "00000000"            // command_status
          "00000002"            // sequence_number 2
          "636172726965723100"  // system_id "carrier1"
          "736563726574303800"  // password "secret08"
          "5355424D49543100"    // system_type "SUBMIT1"
          "34"                  // interface_version 3.4
          "01"                  // addr_ton international
          "01"                  // addr_npi ISDN
          "5E3135353500"        // address_range "^1555"
      );
  expect_same(wire, {static_cast<CommandStatus>(0x0), 0x2,
                     Bind{.mode = BindMode::receiver,
                          .system_id = "carrier1",
                          .password = "secret08",
                          .system_type = "SUBMIT1",
                          .interface_version = 0x34,
                          .address_range = {1, 1, "^1555"},
                          .tlvs = {}}});
}

TEST(SmppPdu, BindTransceiver) {  // section 4.1.5
  Bytes wire =
      hex("00000033"            // command_length 51
          "00000009"            // command_id bind_transceiver
          "00000000"            // command_status
          "00000003"            // sequence_number 3
          "636172726965723100"  // system_id "carrier1"
          "736563726574303800"  // password "secret08"
          "5355424D49543100"    // system_type "SUBMIT1"
          "34"                  // interface_version 3.4
          "01"                  // addr_ton international
          "01"                  // addr_npi ISDN
          "5E3135353500"        // address_range "^1555"
      );
  expect_same(wire, {static_cast<CommandStatus>(0x0), 0x3,
                     Bind{.mode = BindMode::transceiver,
                          .system_id = "carrier1",
                          .password = "secret08",
                          .system_type = "SUBMIT1",
                          .interface_version = 0x34,
                          .address_range = {1, 1, "^1555"},
                          .tlvs = {}}});
}

TEST(SmppPdu, BindTransmitterResp) {  // section 4.1.2
  Bytes wire =
      hex("0000001B"      // command_length 27
          "80000002"      // command_id bind_transmitter_resp
          "00000000"      // command_status
          "00000001"      // sequence_number 1
          "534D53433100"  // system_id "SMSC1"
          "0210000134"    // sc_interface_version: tag, length 1, 3.4
      );
  expect_same(wire,
              {static_cast<CommandStatus>(0x0), 0x1,
               BindResp{BindMode::transmitter, "SMSC1", {{Tag::sc_interface_version, {0x34}}}}});
}

TEST(SmppPdu, BindReceiverRespRefusedWithoutBody) {  // section 4.1.4
  Bytes wire =
      hex("00000010"  // command_length 16
          "80000001"  // command_id bind_receiver_resp
          "0000000E"  // command_status 0x0E
          "00000002"  // sequence_number 2
      );
  expect_same(wire, {static_cast<CommandStatus>(0xE), 0x2, BindResp{BindMode::receiver, "", {}}});
}

TEST(SmppPdu, BindTransceiverResp) {  // section 4.1.6
  Bytes wire =
      hex("00000016"      // command_length 22
          "80000009"      // command_id bind_transceiver_resp
          "00000000"      // command_status
          "00000003"      // sequence_number 3
          "534D53433100"  // system_id "SMSC1"
      );
  expect_same(wire,
              {static_cast<CommandStatus>(0x0), 0x3, BindResp{BindMode::transceiver, "SMSC1", {}}});
}

TEST(SmppPdu, Outbind) {  // section 4.1.7
  Bytes wire =
      hex("00000019"      // command_length 25
          "0000000B"      // command_id outbind
          "00000000"      // command_status
          "00000004"      // sequence_number 4
          "534D53433100"  // system_id "SMSC1"
          "707700"        // password "pw"
      );
  expect_same(wire, {static_cast<CommandStatus>(0x0), 0x4, Outbind{"SMSC1", "pw", {}}});
}

TEST(SmppPdu, Unbind) {  // section 4.2.1
  Bytes wire =
      hex("00000010"  // command_length 16
          "00000006"  // command_id unbind
          "00000000"  // command_status
          "00000005"  // sequence_number 5
      );
  expect_same(wire, {static_cast<CommandStatus>(0x0), 0x5, Unbind{}});
}

TEST(SmppPdu, UnbindResp) {  // section 4.2.2
  Bytes wire =
      hex("00000010"  // command_length 16
          "80000006"  // command_id unbind_resp
          "00000000"  // command_status
          "00000005"  // sequence_number 5
      );
  expect_same(wire, {static_cast<CommandStatus>(0x0), 0x5, UnbindResp{}});
}

TEST(SmppPdu, GenericNack) {  // section 4.3.1
  Bytes wire =
      hex("00000010"  // command_length 16
          "80000000"  // command_id generic_nack
          "00000003"  // command_status 0x03
          "00000006"  // sequence_number 6
      );
  expect_same(wire, {static_cast<CommandStatus>(0x3), 0x6, GenericNack{}});
}

TEST(SmppPdu, SubmitSm) {  // section 4.4.1
  Bytes wire =
      hex("0000005A"                            // command_length 90
          "00000004"                            // command_id submit_sm
          "00000000"                            // command_status
          "00000007"                            // sequence_number 7
          "434D5400"                            // service_type "CMT"
          "01"                                  // source_addr_ton
          "01"                                  // source_addr_npi
          "313535353031303000"                  // source_addr "15550100"
          "01"                                  // dest_addr_ton
          "01"                                  // dest_addr_npi
          "34343737303039303031323300"          // destination_addr "447700900123"
          "00"                                  // esm_class
          "00"                                  // protocol_id
          "01"                                  // priority_flag
          "00"                                  // schedule_delivery_time (empty)
          "3030303030303130303030303030305200"  // validity_period "000000100000000R"
          "01"                                  // registered_delivery
          "00"                                  // replace_if_present_flag
          "00"                                  // data_coding
          "00"                                  // sm_default_msg_id
          "05"                                  // sm_length 5
          "48656C6C6F"                          // short_message "Hello"
          "02040002002A"                        // user_message_reference: tag, length 2, 42
          "1401000378797A"                      // a vendor's own: tag, length 3
      );
  expect_same(wire,
              {static_cast<CommandStatus>(0x0), 0x7,
               short_message<SubmitSm>({.service_type = "CMT",
                                        .source = {1, 1, "15550100"},
                                        .destination = {1, 1, "447700900123"},
                                        .esm_class = 0,
                                        .priority_flag = 1,
                                        .schedule_delivery_time = "",
                                        .validity_period = "000000100000000R",
                                        .registered_delivery = 1,
                                        .data_coding = 0,
                                        .short_message = to_bytes("Hello"),
                                        .tlvs = {{Tag::user_message_reference, {0, 42}},
                                                 {static_cast<Tag>(0x1401), to_bytes("xyz")}}})});
}

TEST(SmppPdu, SubmitSmResp) {  // section 4.4.2
  Bytes wire =
      hex("00000017"        // command_length 23
          "80000004"        // command_id submit_sm_resp
          "00000000"        // command_status
          "00000007"        // sequence_number 7
          "31413242334300"  // message_id "1A2B3C"
      );
  expect_same(wire, {static_cast<CommandStatus>(0x0), 0x7, SubmitSmResp{"1A2B3C", {}}});
}

TEST(SmppPdu, SubmitSmRespThrottledWithoutBody) {  // section 4.4.2
  Bytes wire =
      hex("00000010"  // command_length 16
          "80000004"  // command_id submit_sm_resp
          "00000058"  // command_status 0x58
          "00000007"  // sequence_number 7
      );
  expect_same(wire, {static_cast<CommandStatus>(0x58), 0x7, SubmitSmResp{"", {}}});
}

TEST(SmppPdu, SubmitMulti) {  // section 4.5.1
  Bytes wire =
      hex("00000040"                    // command_length 64
          "00000021"                    // command_id submit_multi
          "00000000"                    // command_status
          "00000008"                    // sequence_number 8
          "00"                          // service_type (empty)
          "01"                          // source_addr_ton
          "01"                          // source_addr_npi
          "313535353031303000"          // source_addr "15550100"
          "02"                          // number_of_dests
          "01"                          // dest_flag: an address
          "01"                          // dest_addr_ton
          "01"                          // dest_addr_npi
          "34343737303039303031323300"  // destination_addr "447700900123"
          "02"                          // dest_flag: a distribution list
          "737461666600"                // dl_name "staff"
          "00"                          // esm_class
          "00"                          // protocol_id
          "01"                          // priority_flag
          "00"                          // schedule_delivery_time (empty)
          "00"                          // validity_period (empty)
          "00"                          // registered_delivery
          "00"                          // replace_if_present_flag
          "00"                          // data_coding
          "00"                          // sm_default_msg_id
          "02"                          // sm_length 2
          "4869"                        // short_message "Hi"
      );
  expect_same(
      wire, {static_cast<CommandStatus>(0x0), 0x8,
             SubmitMulti{.service_type = "",
                         .source = {1, 1, "15550100"},
                         .destinations = {Address{1, 1, "447700900123"}, DistributionList{"staff"}},
                         .priority_flag = 1,
                         .schedule_delivery_time = {},
                         .validity_period = {},
                         .short_message = to_bytes("Hi"),
                         .tlvs = {}}});
}

TEST(SmppPdu, SubmitMultiResp) {  // section 4.5.2
  Bytes wire =
      hex("00000027"                    // command_length 39
          "80000021"                    // command_id submit_multi_resp
          "00000000"                    // command_status
          "00000008"                    // sequence_number 8
          "393900"                      // message_id "99"
          "01"                          // no_unsuccess
          "01"                          // dest_addr_ton
          "01"                          // dest_addr_npi
          "34343737303039303031323300"  // destination_addr "447700900123"
          "0000000B"                    // error_status_code ESME_RINVDSTADR
      );
  expect_same(wire, {static_cast<CommandStatus>(0x0), 0x8,
                     SubmitMultiResp{
                         "99", {{{1, 1, "447700900123"}, CommandStatus::ESME_RINVDSTADR}}, {}}});
}

TEST(SmppPdu, DeliverSmWithAReceipt) {  // section 4.6.1
  Bytes wire =
      hex("00000056"                              // command_length 86
          "00000005"                              // command_id deliver_sm
          "00000000"                              // command_status
          "00000009"                              // sequence_number 9
          "434D5400"                              // service_type "CMT"
          "01"                                    // source_addr_ton
          "01"                                    // source_addr_npi
          "313535353031303000"                    // source_addr "15550100"
          "01"                                    // dest_addr_ton
          "01"                                    // dest_addr_npi
          "34343737303039303031323300"            // destination_addr "447700900123"
          "04"                                    // esm_class
          "00"                                    // protocol_id
          "01"                                    // priority_flag
          "00"                                    // schedule_delivery_time (empty)
          "00"                                    // validity_period (empty)
          "00"                                    // registered_delivery
          "00"                                    // replace_if_present_flag
          "00"                                    // data_coding
          "00"                                    // sm_default_msg_id
          "12"                                    // sm_length 18
          "69643A314120737461743A44454C49565244"  // short_message "id:1A stat:DELIVRD"
          "001E0003314100"                        // receipted_message_id: tag, length 3, "1A"
          "0427000102"                            // message_state: tag, length 1, DELIVERED
      );
  expect_same(wire, {static_cast<CommandStatus>(0x0), 0x9,
                     short_message<DeliverSm>({.service_type = "CMT",
                                               .source = {1, 1, "15550100"},
                                               .destination = {1, 1, "447700900123"},
                                               .esm_class = 4,
                                               .priority_flag = 1,
                                               .schedule_delivery_time = "",
                                               .validity_period = "",
                                               .registered_delivery = 0,
                                               .data_coding = 0,
                                               .short_message = to_bytes("id:1A stat:DELIVRD"),
                                               .tlvs = {{Tag::receipted_message_id, {'1', 'A', 0}},
                                                        {Tag::message_state, {2}}}})});
}

TEST(SmppPdu, DeliverSmResp) {  // section 4.6.2
  Bytes wire =
      hex("00000011"  // command_length 17
          "80000005"  // command_id deliver_sm_resp
          "00000000"  // command_status
          "00000009"  // sequence_number 9
          "00"        // message_id, unused (empty)
      );
  expect_same(wire, {static_cast<CommandStatus>(0x0), 0x9, DeliverSmResp{}});
}

TEST(SmppPdu, DataSm) {  // section 4.7.1
  Bytes wire =
      hex("00000036"                    // command_length 54
          "00000103"                    // command_id data_sm
          "00000000"                    // command_status
          "0000000A"                    // sequence_number 10
          "00"                          // service_type (empty)
          "01"                          // source_addr_ton
          "01"                          // source_addr_npi
          "313535353031303000"          // source_addr "15550100"
          "01"                          // dest_addr_ton
          "01"                          // dest_addr_npi
          "34343737303039303031323300"  // destination_addr "447700900123"
          "00"                          // esm_class
          "01"                          // registered_delivery
          "08"                          // data_coding UCS2
          "04240004041F0440"            // message_payload: tag, length 4, U+041F U+0440
      );
  expect_same(wire, {static_cast<CommandStatus>(0x0), 0xA,
                     DataSm{.service_type = "",
                            .source = {1, 1, "15550100"},
                            .destination = {1, 1, "447700900123"},
                            .registered_delivery = 1,
                            .data_coding = 8,
                            .tlvs = {{Tag::message_payload, {0x04, 0x1F, 0x04, 0x40}}}}});
}

TEST(SmppPdu, DataSmResp) {  // section 4.7.2
  Bytes wire =
      hex("00000017"    // command_length 23
          "80000103"    // command_id data_sm_resp
          "000000FE"    // command_status 0xFE
          "0000000A"    // sequence_number 10
          "3700"        // message_id "7"
          "0425000101"  // delivery_failure_reason: tag, length 1, destination denied delivery
      );
  expect_same(wire, {static_cast<CommandStatus>(0xFE), 0xA,
                     DataSmResp{"7", {{Tag::delivery_failure_reason, {1}}}}});
}

TEST(SmppPdu, QuerySm) {  // section 4.8.1
  Bytes wire =
      hex("00000022"            // command_length 34
          "00000003"            // command_id query_sm
          "00000000"            // command_status
          "0000000B"            // sequence_number 11
          "31413242334300"      // message_id "1A2B3C"
          "01"                  // source_addr_ton
          "01"                  // source_addr_npi
          "313535353031303000"  // source_addr "15550100"
      );
  expect_same(wire,
              {static_cast<CommandStatus>(0x0), 0xB, QuerySm{"1A2B3C", {1, 1, "15550100"}, {}}});
}

TEST(SmppPdu, QuerySmResp) {  // section 4.8.2
  Bytes wire =
      hex("0000002A"                            // command_length 42
          "80000003"                            // command_id query_sm_resp
          "00000000"                            // command_status
          "0000000B"                            // sequence_number 11
          "31413242334300"                      // message_id "1A2B3C"
          "3236313132333231353430303030302B00"  // final_date "261123215400000+"
          "02"                                  // message_state DELIVERED
          "00"                                  // error_code
      );
  expect_same(wire, {static_cast<CommandStatus>(0x0), 0xB,
                     QuerySmResp{"1A2B3C", "261123215400000+", 2, 0, {}}});
}

TEST(SmppPdu, CancelSm) {  // section 4.9.1
  Bytes wire =
      hex("00000035"                    // command_length 53
          "00000008"                    // command_id cancel_sm
          "00000000"                    // command_status
          "0000000C"                    // sequence_number 12
          "434D5400"                    // service_type "CMT"
          "31413242334300"              // message_id "1A2B3C"
          "01"                          // source_addr_ton
          "01"                          // source_addr_npi
          "313535353031303000"          // source_addr "15550100"
          "01"                          // dest_addr_ton
          "01"                          // dest_addr_npi
          "34343737303039303031323300"  // destination_addr "447700900123"
      );
  expect_same(wire, {static_cast<CommandStatus>(0x0), 0xC,
                     CancelSm{"CMT", "1A2B3C", {1, 1, "15550100"}, {1, 1, "447700900123"}, {}}});
}

TEST(SmppPdu, CancelSmResp) {  // section 4.9.2
  Bytes wire =
      hex("00000010"  // command_length 16
          "80000008"  // command_id cancel_sm_resp
          "00000011"  // command_status 0x11
          "0000000C"  // sequence_number 12
      );
  expect_same(wire, {static_cast<CommandStatus>(0x11), 0xC, CancelSmResp{}});
}

TEST(SmppPdu, ReplaceSm) {  // section 4.10.1
  Bytes wire =
      hex("0000003A"                            // command_length 58
          "00000007"                            // command_id replace_sm
          "00000000"                            // command_status
          "0000000D"                            // sequence_number 13
          "31413242334300"                      // message_id "1A2B3C"
          "01"                                  // source_addr_ton
          "01"                                  // source_addr_npi
          "313535353031303000"                  // source_addr "15550100"
          "00"                                  // schedule_delivery_time (empty)
          "3030303030303130303030303030305200"  // validity_period "000000100000000R"
          "01"                                  // registered_delivery
          "00"                                  // sm_default_msg_id
          "03"                                  // sm_length 3
          "4E6577"                              // short_message "New"
      );
  expect_same(wire, {static_cast<CommandStatus>(0x0), 0xD,
                     ReplaceSm{.message_id = "1A2B3C",
                               .source = {1, 1, "15550100"},
                               .schedule_delivery_time = "",
                               .validity_period = "000000100000000R",
                               .registered_delivery = 1,
                               .short_message = to_bytes("New"),
                               .tlvs = {}}});
}

TEST(SmppPdu, ReplaceSmResp) {  // section 4.10.2
  Bytes wire =
      hex("00000010"  // command_length 16
          "80000007"  // command_id replace_sm_resp
          "00000000"  // command_status
          "0000000D"  // sequence_number 13
      );
  expect_same(wire, {static_cast<CommandStatus>(0x0), 0xD, ReplaceSmResp{}});
}

TEST(SmppPdu, EnquireLink) {  // section 4.11.1
  Bytes wire =
      hex("00000010"  // command_length 16
          "00000015"  // command_id enquire_link
          "00000000"  // command_status
          "7FFFFFFF"  // sequence_number 2147483647
      );
  expect_same(wire, {static_cast<CommandStatus>(0x0), 0x7FFFFFFF, EnquireLink{}});
}

TEST(SmppPdu, EnquireLinkResp) {  // section 4.11.2
  Bytes wire =
      hex("00000010"  // command_length 16
          "80000015"  // command_id enquire_link_resp
          "00000000"  // command_status
          "7FFFFFFF"  // sequence_number 2147483647
      );
  expect_same(wire, {static_cast<CommandStatus>(0x0), 0x7FFFFFFF, EnquireLinkResp{}});
}

TEST(SmppPdu, AlertNotification) {  // section 4.12.1
  Bytes wire =
      hex("00000027"            // command_length 39
          "00000102"            // command_id alert_notification
          "00000000"            // command_status
          "0000000E"            // sequence_number 14
          "01"                  // source_addr_ton
          "01"                  // source_addr_npi
          "313535353031303000"  // source_addr "15550100"
          "00"                  // esme_addr_ton
          "00"                  // esme_addr_npi
          "3135353500"          // esme_addr "1555"
          "0422000100"          // ms_availability_status: tag, length 1, available
      );
  expect_same(wire,
              {static_cast<CommandStatus>(0x0), 0xE,
               AlertNotification{
                   {1, 1, "15550100"}, {0, 0, "1555"}, {{Tag::ms_availability_status, {0}}}}});
}

}  // namespace
}  // namespace cloudvno::smpp
