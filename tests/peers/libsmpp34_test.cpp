// libsmpp34 reads what we write, field by field, and writes the same again.
#include "libsmpp34.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "protocol/smpp/codec.hpp"
#include "protocol/smpp/testing/random_pdu.hpp"

namespace cloudvno::smpp {
namespace {

constexpr std::size_t room = 65'536;

// What libsmpp34 has no place for.
constexpr testing::PduRange range{.tlvs_everywhere = false,
                                  .unknown_tlvs = false,
                                  .deliver_times = false,
                                  .long_data_addresses = false,
                                  .payload = 1'000};

// It reads no parameter without a value, and writes no text of 254 octets.
template <class Body>
void leave_out(Body& body) {
  if constexpr (requires { body.short_message; }) {
    body.short_message.resize(std::min<std::size_t>(body.short_message.size(), 253));
  }
  std::erase_if(body.tlvs, [](const Tlv& tlv) { return tlv.value.empty(); });
}

// It keeps lists in the opposite order, and writes them so.
template <class Body>
void turn(Body& body) {
  std::ranges::reverse(body.tlvs);
  if constexpr (requires { body.destinations; }) std::ranges::reverse(body.destinations);
  if constexpr (requires { body.unsuccess_smes; }) std::ranges::reverse(body.unsuccess_smes);
}

Pdu turned(Pdu pdu) {
  std::visit([](auto& body) { turn(body); }, pdu.body);
  return pdu;
}

// It writes what it reads into a text of 2,048 octets for its error message, and past its end.
bool overflows(const Pdu& pdu) {
  constexpr std::size_t most = 8;
  if (const auto* multi = std::get_if<SubmitMulti>(&pdu.body)) {
    return multi->destinations.size() > most;
  }
  if (const auto* answer = std::get_if<SubmitMultiResp>(&pdu.body)) {
    return answer->unsuccess_smes.size() > most;
  }
  return false;
}

TEST(Libsmpp34, ReadsAndWritesEveryPduAsWeDo) {
  testing::PduGenerator generator(37, range);
  std::map<CommandId, int> agreed;
  for (int i = 0; i < 20'000; ++i) {
    auto pdu = generator.next();
    std::visit([](auto& body) { leave_out(body); }, pdu.body);
    if (overflows(pdu)) continue;
    SCOPED_TRACE(command_name(command_id(pdu)) + " number " + std::to_string(i));
    Bytes ours;
    ASSERT_EQ(encode(pdu, ours), CommandStatus::ESME_ROK);
    Bytes theirs(room);
    const int size = libsmpp34_repack(ours.data(), static_cast<int>(ours.size()), theirs.data(),
                                      static_cast<int>(theirs.size()));
    ASSERT_GE(size, 0) << libsmpp34_fault();
    theirs.resize(static_cast<std::size_t>(size));
    Bytes expected;
    ASSERT_EQ(encode(turned(pdu), expected), CommandStatus::ESME_ROK);
    ASSERT_EQ(to_hex(theirs), to_hex(expected));
    ASSERT_EQ(decode(theirs).pdu, turned(pdu));
    ++agreed[command_id(pdu)];
  }
  EXPECT_EQ(agreed.size(), 27u) << "every PDU of SMPP 3.4";
}

TEST(Libsmpp34, FindsTheFieldsOfASubmitSmThatWeWrote) {
  testing::PduGenerator generator(38, range);
  int compared = 0;
  while (compared < 2'000) {
    auto pdu = generator.next();
    auto* submit = std::get_if<SubmitSm>(&pdu.body);
    if (!submit) continue;
    leave_out(*submit);
    ++compared;
    Bytes wire;
    ASSERT_EQ(encode(pdu, wire), CommandStatus::ESME_ROK);
    libsmpp34_message read{};
    ASSERT_EQ(libsmpp34_read(wire.data(), static_cast<int>(wire.size()), &read), 0)
        << libsmpp34_fault();
    EXPECT_EQ(read.sequence_number, pdu.sequence);
    EXPECT_EQ(read.service_type, submit->service_type);
    EXPECT_EQ(read.source_addr, submit->source.addr);
    EXPECT_EQ(read.source_addr_ton, submit->source.ton);
    EXPECT_EQ(read.destination_addr, submit->destination.addr);
    EXPECT_EQ(read.dest_addr_npi, submit->destination.npi);
    EXPECT_EQ(read.esm_class, submit->esm_class);
    EXPECT_EQ(read.validity_period, submit->validity_period);
    EXPECT_EQ(read.registered_delivery, submit->registered_delivery);
    EXPECT_EQ(read.data_coding, submit->data_coding);
    ASSERT_EQ(read.sm_length, submit->short_message.size());
    EXPECT_TRUE(
        std::equal(submit->short_message.begin(), submit->short_message.end(), read.short_message));
    ASSERT_EQ(static_cast<std::size_t>(read.tlvs), submit->tlvs.size());
    if (submit->tlvs.empty()) continue;
    // Its last is our first.
    EXPECT_EQ(static_cast<Tag>(read.last_tag), submit->tlvs[0].tag);
    EXPECT_EQ(read.last_length, submit->tlvs[0].value.size());
  }
}

}  // namespace
}  // namespace cloudvno::smpp
