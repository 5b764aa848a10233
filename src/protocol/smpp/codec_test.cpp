// What the codec refuses, and with which command_status (SMPP 3.4 sections 3.2, 5.1.3 and 5.2).
#include "protocol/smpp/codec.hpp"

#include <gmock/gmock.h>

namespace cloudvno::smpp {
namespace {

using enum CommandStatus;

constexpr std::size_t body_at = limits::header;

Bytes wire_of(const Body& body, std::uint32_t sequence = 7) {
  Bytes wire;
  EXPECT_EQ(encode(ESME_ROK, sequence, body, wire), ESME_ROK);
  return wire;
}

void set_length(Bytes& wire, std::size_t length) {
  for (int octet = 0; octet < 4; ++octet)
    wire[static_cast<std::size_t>(octet)] = static_cast<std::uint8_t>(length >> (24 - 8 * octet));
}

// `insert` octets put into the wire form at `at`.
Bytes stretched(Bytes wire, std::size_t at, std::size_t insert) {
  wire.insert(wire.begin() + static_cast<std::ptrdiff_t>(at), insert, 'x');
  set_length(wire, wire.size());
  return wire;
}

CommandStatus fault_of(ByteView wire) {
  DecodeResult result = decode(wire);
  EXPECT_EQ(result.kind, Decoding::malformed);
  EXPECT_TRUE(result.can_go_on);
  EXPECT_EQ(result.used, wire.size());
  EXPECT_EQ(result.pdu.sequence, 7u);
  return result.fault;
}

CommandStatus encode_fault(const Body& body) {
  Bytes out{1, 2, 3};
  CommandStatus status = encode(ESME_ROK, 1, body, out);
  EXPECT_EQ(out.size(), 3u) << "nothing may be appended";
  return status;
}

TEST(SmppCodec, RefusesAnImpossibleCommandLengthAtItsFourthByte) {
  for (std::size_t length :
       {std::size_t{0}, std::size_t{15}, limits::pdu + 1, std::size_t{0xFFFFFFFF}}) {
    Bytes wire(4);
    set_length(wire, length);
    DecodeResult result = decode(wire);
    EXPECT_EQ(result.kind, Decoding::malformed) << length;
    EXPECT_EQ(result.fault, ESME_RINVCMDLEN);
    EXPECT_FALSE(result.can_go_on);
  }
}

TEST(SmppCodec, TellsTheSequenceOfAnImpossibleCommandLengthWhereTheHeaderIsThere) {
  Bytes wire = wire_of(EnquireLink{}, 77);
  set_length(wire, 12);
  EXPECT_EQ(decode(wire).pdu.sequence, 77u);
}

TEST(SmppCodec, TakesALowerMaximum) {
  Bytes wire = wire_of(SubmitSm{});
  EXPECT_EQ(decode(wire, wire.size()).kind, Decoding::pdu);
  EXPECT_FALSE(decode(wire, wire.size() - 1).can_go_on);
}

TEST(SmppCodec, TakesThePduOfTheGreatestSizeAndRefusesToWriteALongerOne) {
  DataSm data;
  std::size_t without_value = wire_of(data).size() + 4;
  data.tlvs = {{Tag::message_payload, Bytes(limits::pdu - without_value)}};
  Bytes wire = wire_of(data);
  EXPECT_EQ(wire.size(), limits::pdu);
  EXPECT_EQ(decode(wire).kind, Decoding::pdu);
  data.tlvs[0].value.push_back(0);
  EXPECT_EQ(encode_fault(data), ESME_RINVCMDLEN);
  data.tlvs[0].value.resize(65536);
  EXPECT_EQ(encode_fault(data), ESME_RINVPARLEN);
}

TEST(SmppCodec, AnswersAnUnknownCommandAndGoesOn) {
  Bytes wire = wire_of(EnquireLink{});
  wire[7] = 0x42;
  Bytes next = wire_of(Unbind{}, 8);
  wire.insert(wire.end(), next.begin(), next.end());
  DecodeResult result = decode(wire);
  EXPECT_EQ(result.kind, Decoding::malformed);
  EXPECT_EQ(result.fault, ESME_RINVCMDID);
  EXPECT_EQ(result.command, static_cast<CommandId>(0x42));
  EXPECT_EQ(result.pdu.sequence, 7u);
  ASSERT_TRUE(result.can_go_on);
  EXPECT_EQ(command_id(decode(ByteView(wire).subspan(result.used)).pdu), CommandId::unbind);
}

TEST(SmppCodec, RefusesEachTooLongStringWithItsOwnStatus) {
  // Offsets into bodies whose strings are all empty: a string's NUL stands there.
  struct Case {
    Body body;
    std::size_t at;
    std::size_t most;
    CommandStatus status;
  };
  SubmitMulti multi;
  multi.destinations = {Address{}};
  SubmitMulti list;
  list.destinations = {DistributionList{}};
  SubmitMultiResp multi_resp;
  multi_resp.unsuccess_smes = {{}};
  const std::vector<Case> cases = {
      {Bind{}, 0, limits::system_id, ESME_RINVSYSID},
      {Bind{}, 1, limits::password, ESME_RINVPASWD},
      {Bind{}, 2, limits::system_type, ESME_RINVSYSTYP},
      {Bind{}, 6, limits::address_range, ESME_RBINDFAIL},
      {BindResp{}, 0, limits::system_id, ESME_RINVSYSID},
      {Outbind{}, 0, limits::system_id, ESME_RINVSYSID},
      {Outbind{}, 1, limits::password, ESME_RINVPASWD},
      {SubmitSm{}, 0, limits::service_type, ESME_RINVSERTYP},
      {SubmitSm{}, 3, limits::address, ESME_RINVSRCADR},
      {SubmitSm{}, 6, limits::address, ESME_RINVDSTADR},
      {SubmitSm{}, 10, limits::time, ESME_RINVSCHED},
      {SubmitSm{}, 11, limits::time, ESME_RINVEXPIRY},
      {DeliverSm{}, 0, limits::service_type, ESME_RINVSERTYP},
      {DeliverSm{}, 3, limits::address, ESME_RINVSRCADR},
      {DeliverSm{}, 6, limits::address, ESME_RINVDSTADR},
      {SubmitSmResp{}, 0, limits::message_id, ESME_RINVMSGID},
      {multi, 3, limits::address, ESME_RINVSRCADR},
      {multi, 8, limits::address, ESME_RINVDSTADR},
      {list, 6, limits::dl_name, ESME_RINVDLNAME},
      {multi_resp, 4, limits::address, ESME_RINVDSTADR},
      {DataSm{}, 3, limits::long_address, ESME_RINVSRCADR},
      {DataSm{}, 6, limits::long_address, ESME_RINVDSTADR},
      {QuerySm{}, 0, limits::message_id, ESME_RINVMSGID},
      {CancelSm{}, 1, limits::message_id, ESME_RINVMSGID},
      {ReplaceSm{}, 0, limits::message_id, ESME_RINVMSGID},
      {ReplaceSm{}, 4, limits::time, ESME_RINVSCHED},
      {AlertNotification{}, 2, limits::long_address, ESME_RINVSRCADR},
      {AlertNotification{}, 5, limits::long_address, ESME_RINVDSTADR},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(command_name(command_id(one.body)) + " at " + std::to_string(one.at));
    Bytes wire = wire_of(one.body);
    DecodeResult longest = decode(stretched(wire, body_at + one.at, one.most));
    EXPECT_EQ(longest.kind, Decoding::pdu);
    EXPECT_EQ(fault_of(stretched(wire, body_at + one.at, one.most + 1)), one.status);
  }
}

TEST(SmppCodec, RefusesToWriteAStringThatIsTooLongOrHoldsANul) {
  SubmitSm submit;
  submit.source.addr = std::string(limits::address + 1, '1');
  EXPECT_EQ(encode_fault(submit), ESME_RINVSRCADR);
  submit.source.addr = std::string("1\0002", 3);
  EXPECT_EQ(encode_fault(submit), ESME_RINVSRCADR);
  submit.source.addr = "1";
  submit.short_message.resize(limits::short_message + 1);
  EXPECT_EQ(encode_fault(submit), ESME_RINVMSGLEN);
  EXPECT_EQ(encode_fault(SubmitMulti{}), ESME_RINVNUMDESTS);
}

TEST(SmppCodec, RefusesATextThatGoesOverThePdusEndOrOver254) {
  SubmitSm submit;
  submit.short_message = to_bytes("hello");
  Bytes wire = wire_of(submit);
  std::size_t length_at = wire.size() - 6;
  wire[length_at] = 6;
  EXPECT_EQ(fault_of(wire), ESME_RINVMSGLEN);
  wire = stretched(wire, wire.size(), 300);
  wire[length_at] = 255;
  EXPECT_EQ(fault_of(wire), ESME_RINVMSGLEN);
}

TEST(SmppCodec, RefusesAWrongNumberOfDestinationsAndAnUnknownFlag) {
  SubmitMulti multi;
  multi.destinations = {Address{}};
  Bytes wire = wire_of(multi);
  std::size_t count_at = body_at + 4;
  wire[count_at] = 0;
  EXPECT_EQ(fault_of(wire), ESME_RINVNUMDESTS);
  wire[count_at] = 255;
  EXPECT_EQ(fault_of(wire), ESME_RINVNUMDESTS);
  wire[count_at] = 1;
  wire[count_at + 1] = 3;
  EXPECT_EQ(fault_of(wire), ESME_RINVDESTFLAG);
}

TEST(SmppCodec, RefusesATlvThatGoesOverThePdusEnd) {
  Bytes wire = wire_of(EnquireLink{{{Tag::sar_total_segments, {3}}}});
  wire[wire.size() - 2] = 2;  // its length, of which one octet is there
  EXPECT_EQ(fault_of(wire), ESME_RINVOPTPARSTREAM);
  EXPECT_EQ(fault_of(stretched(wire_of(EnquireLink{}), body_at, 3)), ESME_RINVOPTPARSTREAM);
}

TEST(SmppCodec, KeepsRepeatedAndUnknownTlvsInOrder) {
  const Tlvs tlvs = {{Tag::callback_num, {1, 1, 1, '1'}},
                     {static_cast<Tag>(0x3FFF), {}},
                     {Tag::callback_num, {1, 1, 1, '2'}}};
  SubmitSm submit;
  submit.tlvs = tlvs;
  EXPECT_EQ(std::get<SubmitSm>(decode(wire_of(submit)).pdu.body).tlvs, tlvs);
}

TEST(SmppCodec, TakesAnyResponseWithoutABody) {
  for (CommandId request : {CommandId::bind_transceiver, CommandId::submit_sm, CommandId::data_sm,
                            CommandId::query_sm, CommandId::submit_multi, CommandId::deliver_sm}) {
    Bytes wire = wire_of(empty_response(request));
    wire.resize(limits::header);
    set_length(wire, wire.size());
    DecodeResult result = decode(wire);
    EXPECT_EQ(result.kind, Decoding::pdu);
    EXPECT_EQ(command_id(result.pdu), response_of(request));
  }
}

TEST(SmppCodec, RefusesARequestWithoutABody) {
  Bytes wire = wire_of(SubmitSm{});
  wire.resize(limits::header);
  set_length(wire, wire.size());
  EXPECT_EQ(fault_of(wire), ESME_RINVCMDLEN);
}

TEST(SmppStatus, HasNamesAndMeanings) {
  EXPECT_EQ(status_name(ESME_RTHROTTLED), "ESME_RTHROTTLED");
  EXPECT_EQ(status_meaning(ESME_RTHROTTLED), "throttled: allowed message limits exceeded");
  EXPECT_EQ(status_name(static_cast<CommandStatus>(0x412)), "0x00000412");
  EXPECT_EQ(status_meaning(static_cast<CommandStatus>(0x412)), "");
}

TEST(SmppStatus, IsReadByNameAndByNumber) {
  EXPECT_EQ(parse_status("ESME_RTHROTTLED"), ESME_RTHROTTLED);
  EXPECT_EQ(parse_status("0x58"), ESME_RTHROTTLED);
  EXPECT_EQ(parse_status("88"), ESME_RTHROTTLED);
  EXPECT_EQ(parse_status("0x00000412"), static_cast<CommandStatus>(0x412));
  for (const auto* text : {"", "0x", "ESME_RNOSUCH", "88x", "-1", "0x1FFFFFFFF"}) {
    EXPECT_EQ(parse_status(text), std::nullopt) << text;
  }
}

TEST(SmppCommand, HasNames) {
  EXPECT_EQ(command_name(CommandId::submit_sm_resp), "submit_sm_resp");
  EXPECT_EQ(command_name(static_cast<CommandId>(0x42)), "0x00000042");
}

TEST(SmppTlv, ReadsValuesOnlyOfTheRightLength) {
  Tlvs tlvs = {tlv_u8(Tag::message_state, 2), tlv_u16(Tag::source_port, 0x1234),
               tlv_u32(Tag::qos_time_to_live, 0x01020304),
               tlv_flag(Tag::alert_on_message_delivery)};
  EXPECT_EQ(find_u8(tlvs, Tag::message_state), 2);
  EXPECT_EQ(find_u16(tlvs, Tag::source_port), 0x1234);
  EXPECT_EQ(find_u32(tlvs, Tag::qos_time_to_live), 0x01020304u);
  EXPECT_EQ(find_u8(tlvs, Tag::source_port), std::nullopt);
  EXPECT_EQ(find_u8(tlvs, Tag::payload_type), std::nullopt);
  EXPECT_NE(find(tlvs, Tag::alert_on_message_delivery), nullptr);
}

TEST(SmppTlv, ReadsATextWithAndWithoutItsNul) {
  EXPECT_EQ(find_text({tlv_text(Tag::receipted_message_id, "1A")}, Tag::receipted_message_id),
            "1A");
  EXPECT_EQ(find_text({{Tag::receipted_message_id, to_bytes("1A")}}, Tag::receipted_message_id),
            "1A");
}

TEST(SmppTlv, ChecksTheLengthOfKnownOnes) {
  EXPECT_EQ(check_lengths({tlv_u8(Tag::message_state, 2), {static_cast<Tag>(0x1400), Bytes(900)}}),
            ESME_ROK);
  EXPECT_EQ(check_lengths({tlv_u16(Tag::message_state, 2)}), ESME_RINVPARLEN);
  EXPECT_EQ(check_lengths({{Tag::callback_num, Bytes(20)}}), ESME_RINVPARLEN);
}

TEST(SmppTlv, HasNames) {
  EXPECT_EQ(tag_name(Tag::message_payload), "message_payload");
  EXPECT_EQ(tag_name(static_cast<Tag>(0x1401)), "0x1401");
}

}  // namespace
}  // namespace cloudvno::smpp
