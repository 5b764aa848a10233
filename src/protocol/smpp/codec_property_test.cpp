// What must hold of every PDU: it encodes, and decodes to itself.
#include <gtest/gtest.h>

#include <set>

#include "protocol/smpp/codec.hpp"
#include "protocol/smpp/testing/random_pdu.hpp"

namespace cloudvno::smpp {
namespace {

TEST(SmppCodecProperty, AnyPduDecodesToItself) {
  testing::PduGenerator generator(34);
  std::set<CommandId> met;
  std::set<Tag> tags;
  for (int i = 0; i < 20'000; ++i) {
    const auto pdu = generator.next();
    SCOPED_TRACE(command_name(command_id(pdu)) + " number " + std::to_string(i));
    met.insert(command_id(pdu));
    std::visit(
        [&](const auto& body) {
          for (const auto& tlv : body.tlvs) tags.insert(tlv.tag);
        },
        pdu.body);
    Bytes wire;
    ASSERT_EQ(encode(pdu, wire), CommandStatus::ESME_ROK);
    const auto result = decode(wire);
    ASSERT_EQ(result.kind, Decoding::pdu) << status_name(result.fault);
    EXPECT_EQ(result.used, wire.size());
    ASSERT_EQ(result.pdu, pdu);
  }
  EXPECT_EQ(met.size(), 27u) << "every PDU of SMPP 3.4";
#define SMPP_TLV(name, value, least, most) EXPECT_TRUE(tags.contains(Tag::name)) << #name;
#include "protocol/smpp/tlv.def"
#undef SMPP_TLV
}

TEST(SmppCodecProperty, AnyPduCutShortOrWithAnOctetChangedIsReadOrRefusedWithoutHarm) {
  testing::PduGenerator generator(35);
  std::mt19937 random(36);
  for (int i = 0; i < 5'000; ++i) {
    Bytes wire;
    ASSERT_EQ(encode(generator.next(), wire), CommandStatus::ESME_ROK);
    wire[random() % wire.size()] ^= static_cast<std::uint8_t>(1 + random() % 255);
    wire.resize(wire.size() - random() % 3);
    const auto result = decode(wire);
    EXPECT_LE(result.used, wire.size());
    if (result.kind != Decoding::pdu) continue;
    Bytes again;
    ASSERT_EQ(encode(result.pdu, again), CommandStatus::ESME_ROK);
    EXPECT_EQ(decode(again).pdu, result.pdu);
  }
}

}  // namespace
}  // namespace cloudvno::smpp
