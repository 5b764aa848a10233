// What an ESME submits, read.
#include "connectors/smpp_customer/incoming.hpp"

namespace cloudvno::smpp_customer {
namespace {

using namespace std::chrono_literals;
using messaging::ReceiptWish;
using smpp::CommandStatus;

const Time now = from_micros(1'767'225'600'000'000);  // 2026-01-01T00:00:00Z

smpp::SubmitSm submit() {
  smpp::SubmitSm pdu;
  pdu.source = {1, 1, "12125550123"};
  pdu.destination = {1, 1, "12015550100"};
  pdu.short_message = to_bytes("Hello");
  return pdu;
}

CommandStatus refusal(const smpp::SubmitSm& pdu) {
  const auto read = read_submit(pdu, now);
  return read ? CommandStatus::ESME_ROK : read.error();
}

TEST(SmppSubmit, IsReadWithNumbersTextAndWishes) {
  auto pdu = submit();
  pdu.data_coding = 3;
  pdu.registered_delivery = 1;
  const auto read = read_submit(pdu, now);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->from.e164(), "+12125550123");
  EXPECT_EQ(read->to.e164(), "+12015550100");
  EXPECT_EQ(as_text(read->octets), "Hello");
  EXPECT_EQ(read->data_coding, 3);
  EXPECT_EQ(read->receipt, ReceiptWish::final);
  EXPECT_EQ(read->validity, messaging::default_validity);
  EXPECT_FALSE(read->send_at);
  EXPECT_FALSE(read->concatenation);
}

TEST(SmppSubmit, ReadsPartsFromHeadersAndParameters) {
  auto pdu = submit();
  pdu.esm_class = smpp::esm_class::udh_indicator;
  pdu.short_message = {5, 0, 3, 7, 3, 2, 'H', 'i'};
  auto read = read_submit(pdu, now);
  ASSERT_TRUE(read && read->concatenation);
  EXPECT_EQ(*read->concatenation, (sms::Concatenation{7, 3, 2, false}));
  EXPECT_EQ(as_text(read->octets), "Hi");

  pdu = submit();
  pdu.tlvs = {smpp::tlv_u16(smpp::Tag::sar_msg_ref_num, 300),
              smpp::tlv_u8(smpp::Tag::sar_total_segments, 2),
              smpp::tlv_u8(smpp::Tag::sar_segment_seqnum, 1)};
  read = read_submit(pdu, now);
  ASSERT_TRUE(read && read->concatenation);
  EXPECT_EQ(*read->concatenation, (sms::Concatenation{300, 2, 1, true}));

  pdu.esm_class = smpp::esm_class::udh_indicator;
  pdu.short_message = {200, 0};
  EXPECT_EQ(refusal(pdu), CommandStatus::ESME_RINVESMCLASS);
}

TEST(SmppSubmit, RefusesAddressesThatAreNoNumbers) {
  auto pdu = submit();
  pdu.source = {smpp::ton::alphanumeric, 0, "Shop"};
  EXPECT_EQ(refusal(pdu), CommandStatus::ESME_RINVSRCADR);
  pdu = submit();
  pdu.destination = {3, 0, "72345"};
  EXPECT_EQ(refusal(pdu), CommandStatus::ESME_RINVDSTADR);
}

TEST(SmppSubmit, ReadsTimes) {
  auto pdu = submit();
  pdu.schedule_delivery_time = "000000020000000R";
  pdu.validity_period = "260101030000000+";  // an hour after it goes
  auto read = read_submit(pdu, now);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->send_at, now + 2h);
  EXPECT_EQ(read->validity, 1h);

  pdu.validity_period = "000000000500000R";
  read = read_submit(pdu, now);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->validity, 5min);

  pdu.validity_period = "000005000000000R";
  read = read_submit(pdu, now);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->validity, messaging::default_validity) << "never longer than a message may wait";

  pdu.validity_period = "260101010000000+";
  EXPECT_EQ(refusal(pdu), CommandStatus::ESME_RINVEXPIRY) << "ends before it goes";
  pdu.schedule_delivery_time = "000300000000000R";
  EXPECT_EQ(refusal(pdu), CommandStatus::ESME_RINVSCHED);
}

TEST(SmppSubmit, ToManyIsJudgedOneByOne) {
  smpp::SubmitMulti pdu;
  pdu.source = submit().source;
  pdu.short_message = to_bytes("Hello");
  pdu.destinations = {submit().destination, smpp::DistributionList{"friends"},
                      smpp::Address{1, 1, "no"}};
  const auto read = read_submit(pdu, now);
  ASSERT_EQ(read.size(), 3U);
  EXPECT_TRUE(read[0].read);
  EXPECT_EQ(read[1].read.error(), CommandStatus::ESME_RCNTSUBDL);
  EXPECT_EQ(read[2].read.error(), CommandStatus::ESME_RINVDSTADR);
}

TEST(SmppSubmit, ErrorsHaveTheirStatus) {
  const auto status = [](Errc code, std::string param = {}) {
    return status_of(Error{code, {}, std::move(param), {}, 0});
  };
  EXPECT_EQ(status(Errc::from_number_not_owned), CommandStatus::ESME_RINVSRCADR);
  EXPECT_EQ(status(Errc::unsubscribed), recipient_unsubscribed);
  EXPECT_EQ(status(Errc::service_unavailable), CommandStatus::ESME_RSYSERR);
  EXPECT_EQ(status(Errc::rate_limit_exceeded), CommandStatus::ESME_RTHROTTLED);
  EXPECT_EQ(status(Errc::invalid_parameter, "to"), CommandStatus::ESME_RINVDSTADR);
  EXPECT_EQ(status(Errc::no_carrier), CommandStatus::ESME_RSUBMITFAIL);
}

}  // namespace
}  // namespace cloudvno::smpp_customer
