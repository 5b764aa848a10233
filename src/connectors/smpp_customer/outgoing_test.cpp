// Receipts and inbound messages, written.
#include "connectors/smpp_customer/outgoing.hpp"

#include "domain/messaging/delivery_errors.hpp"
#include "protocol/smpp/codec.hpp"
#include "protocol/smpp/receipt.hpp"

namespace cloudvno::smpp_customer {
namespace {

const Time now = from_micros(1'767'225'600'000'000);

smpp_access::Return inbound(std::string body) {
  smpp_access::Return one;
  one.message = MessageSid::make(now);
  one.from = *PhoneNumber::parse("+12015550100");
  one.to = *PhoneNumber::parse("+12125550123");
  one.body = std::move(body);
  return one;
}

TEST(SmppReturn, HasAReceiptForEachIdThatAsked) {
  auto one = inbound("");
  one.outcome = {{"SM1-1", "SM1-2"}, "delivered", 0, now, now};
  const auto pdus = to_deliver_sm(one, false);
  ASSERT_EQ(pdus.size(), 2U);
  const auto receipt = smpp::receipt_of(pdus[1]);
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->id, "SM1-2");
  EXPECT_EQ(receipt->state, smpp::MessageState::delivered);
  EXPECT_EQ(receipt->error, "000");
  EXPECT_EQ(receipt->text, "") << "no text of the message's";
  EXPECT_EQ(pdus[1].source.addr, "12015550100");
}

TEST(SmppReturn, TellsWhyAMessageFailed) {
  auto one = inbound("");
  const auto state = [&](std::string status, int error) {
    one.outcome = {{"SM1"}, std::move(status), error, now, now};
    return smpp::receipt_of(to_deliver_sm(one, false).front())->state;
  };
  EXPECT_EQ(state("undelivered", messaging::error_unreachable), smpp::MessageState::undeliverable);
  EXPECT_EQ(state("failed", messaging::error_validity_expired), smpp::MessageState::expired);
  EXPECT_EQ(state("failed", messaging::error_carrier_refused), smpp::MessageState::rejected);
  EXPECT_EQ(state("canceled", 0), smpp::MessageState::deleted);
}

TEST(SmppReturn, FitsItsFieldsWhateverTheText) {
  for (const auto* piece : {"a", "€", "я", "😀"}) {
    std::string text;
    for (const int length : {1, 69, 159, 160, 1'500, 3'000}) {
      text.clear();
      for (int i = 0; i < length; ++i) text += piece;
      for (const bool payload : {false, true}) {
        for (const auto& pdu : to_deliver_sm(inbound(text), payload)) {
          Bytes octets;
          EXPECT_EQ(smpp::encode(smpp::CommandStatus::ESME_ROK, 1, pdu, octets),
                    smpp::CommandStatus::ESME_ROK)
              << piece << length;
        }
      }
    }
  }
}

TEST(SmppReturn, OfALongTextIsPartsOrAPayload) {
  const std::string text(400, 'a');
  EXPECT_EQ(to_deliver_sm(inbound(text), false).size(), 3U);
  const auto whole = to_deliver_sm(inbound(text), true);
  ASSERT_EQ(whole.size(), 1U);
  const auto* payload = smpp::find(whole[0].tlvs, smpp::Tag::message_payload);
  ASSERT_TRUE(payload);
  EXPECT_EQ(as_text(payload->value), text);
  EXPECT_EQ(whole[0].data_coding, 0);
}

}  // namespace
}  // namespace cloudvno::smpp_customer
