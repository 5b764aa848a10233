// Receipts and inbound messages as aggregators send them.
#include "connectors/http_carrier/incoming.hpp"

namespace cloudvno::http_carrier {
namespace {

using messaging::ReceiptState;

Selector at(std::string_view text) {
  return Selector::parse(text).value();
}
http::Headers typed(std::string type) {
  http::Headers headers;
  headers.add("Content-Type", std::move(type));
  return headers;
}
const http::Headers form = typed("application/x-www-form-urlencoded");
const http::Headers json = typed("application/json; charset=utf-8");

TEST(Incoming, ReadsAReceiptFromAQueryAForm_AndJson) {
  ReceiptRules rules;
  rules.id = at("field:id");
  rules.state = at("field:status");
  rules.error = at("field:err");
  rules.errors = {{"27", 30003}};
  auto read = read_receipts(rules, Document({}, "", "id=a%2B1&status=UNDELIV&err=27"));
  ASSERT_EQ(read.items.size(), 1u);
  EXPECT_EQ(read.items[0].carrier_id, "a+1");
  EXPECT_EQ(read.items[0].state, ReceiptState::undelivered);
  EXPECT_EQ(read.items[0].error_code, 30003);
  read = read_receipts(rules, Document(form, "id=a&status=Delivered&err=000", "id=b"));
  ASSERT_EQ(read.items.size(), 1u);
  EXPECT_EQ(read.items[0].carrier_id, "a") << "the body comes before the query";
  EXPECT_EQ(read.items[0].state, ReceiptState::delivered);
  EXPECT_EQ(read.items[0].error_code, 0);

  rules.list = "/results";
  rules.id = at("json:/messageId");
  rules.state = at("json:/status/name");
  rules.error = at("json:/error");
  read = read_receipts(rules, Document(json, R"({"results":[
      {"messageId":1,"status":{"name":"EXPIRED"}},
      {"messageId":"2","status":{"name":"SENDING"}},
      {"status":{"name":"DELIVERED"}}]})"));
  ASSERT_EQ(read.items.size(), 2u);
  EXPECT_EQ(read.unreadable, 1u);
  EXPECT_EQ(read.items[0].carrier_id, "1");
  EXPECT_EQ(read.items[0].error_code, 30003);
  EXPECT_EQ(read.items[1].state, ReceiptState::in_progress);
}

TEST(Incoming, MapsWordsOfTheCarriersOwnFirst) {
  ReceiptRules rules;
  rules.id = at("field:id");
  rules.state = at("field:type");
  rules.states = {{"1", ReceiptState::delivered},
                  {"16", ReceiptState::undelivered},
                  {"unknown", ReceiptState::in_progress}};
  const auto state = [&](const std::string& word) {
    return read_receipts(rules, Document({}, "", "id=1&type=" + word)).items.at(0);
  };
  EXPECT_EQ(state("1").state, ReceiptState::delivered);
  EXPECT_EQ(state("16").state, ReceiptState::undelivered);
  EXPECT_EQ(state("16").error_code, 30008);
  EXPECT_EQ(state("Unknown").state, ReceiptState::in_progress);
  EXPECT_EQ(state("Rejected").error_code, 30007);
  EXPECT_EQ(state("never-heard").state, ReceiptState::in_progress);
}

TEST(Incoming, ReadsInboundTextsInEveryForm) {
  InboundRules rules;
  rules.from = at("field:from");
  rules.to = at("field:to");
  rules.text = at("field:text");
  const auto read = [&](const std::string& query) {
    return read_inbound(rules, Document({}, "", query));
  };
  auto got = read("from=+447911123456&to=14155550142&text=Gr%C3%BC%C3%9Fe");
  ASSERT_EQ(got.items.size(), 1u);
  EXPECT_EQ(got.items[0].from.e164(), "+447911123456");
  EXPECT_EQ(got.items[0].to.e164(), "+14155550142");
  EXPECT_EQ(got.items[0].text, "Grüße");
  EXPECT_EQ(got.items[0].concatenation, std::nullopt);
  EXPECT_EQ(read("from=00447911123456&to=72345&text=").items.at(0).from.e164(), "+447911123456");
  EXPECT_EQ(read("from=00447911123456&to=72345&text=").items.at(0).to.e164(), "72345");
  EXPECT_EQ(read("from=ACME&to=14155550142&text=x").unreadable, 1u);
  EXPECT_EQ(read("from=447911123456&to=14155550142").unreadable, 1u);
  rules.form = TextForm::hex_ucs2;
  EXPECT_EQ(read("from=447911123456&to=14155550142&text=041F0440").items.at(0).text, "Пр");
  EXPECT_EQ(read("from=447911123456&to=14155550142&text=zz").unreadable, 1u);
  rules.form = TextForm::hex_utf8;
  EXPECT_EQ(read("from=447911123456&to=14155550142&text=C3BC").items.at(0).text, "ü");
  EXPECT_EQ(read("from=447911123456&to=14155550142&text=C3").unreadable, 1u);
}

TEST(Incoming, ReadsThePlaceOfAPart) {
  InboundRules rules;
  rules.from = at("json:/from");
  rules.to = at("json:/to");
  rules.text = at("json:/text");
  rules.reference = at("json:/ref");
  rules.part = at("json:/part");
  rules.parts = at("json:/parts");
  const auto joint = [&](const std::string& fields) {
    const auto body = R"([{"from":"+447911123456","to":"+14155550142","text":"x",)" + fields + "}]";
    return read_inbound(rules, Document(json, body)).items.at(0).concatenation;
  };
  EXPECT_EQ(joint(R"("ref":7,"part":2,"parts":3)"), (sms::Concatenation{7, 3, 2, false}));
  EXPECT_EQ(joint(R"("ref":300,"part":2,"parts":3)"), (sms::Concatenation{300, 3, 2, true}));
  EXPECT_EQ(joint(R"("ref":7,"part":4,"parts":3)"), std::nullopt);
  EXPECT_EQ(joint(R"("ref":7,"part":0,"parts":3)"), std::nullopt);
  EXPECT_EQ(joint(R"("ref":70000,"part":1,"parts":3)"), std::nullopt);
  EXPECT_EQ(joint(R"("ref":"","part":1,"parts":1)"), std::nullopt);
}

TEST(Incoming, TakesNoMoreThanAThousandAtOnce) {
  ReceiptRules rules;
  rules.id = at("json:/id");
  rules.state = at("json:/state");
  std::string body = "[";
  for (int i = 0; i <= 1'000; ++i)
    body += i == 0 ? R"({"id":1,"state":"read"})" : R"(,{"id":1,"state":"read"})";
  EXPECT_TRUE(read_receipts(rules, Document(json, body + "]")).items.empty());
}

}  // namespace
}  // namespace cloudvno::http_carrier
