// Fuzz target: templates and rules of any text, and any bytes as an answer, a receipt, an inbound
// message.
#include "base/invariant.hpp"
#include "base/utf8.hpp"
#include "connectors/http_carrier/answer_rules.hpp"
#include "connectors/http_carrier/incoming.hpp"
#include "connectors/http_carrier/template.hpp"

using namespace cloudvno;
using namespace cloudvno::http_carrier;

namespace {

void fuzz_template(std::string_view text) {
  const auto parsed = Template::parse(text);
  if (!parsed) return invariant(!parsed.error().empty(), "a fault has words");
  for (const auto place : {Place::url, Place::header, Place::json, Place::xml}) {
    parsed->render(place, [&](Placeholder) { return std::string(text.substr(0, 64)); });
  }
}

const AnswerRules& answer_rules() {
  static const auto made = [] {
    AnswerRules rules;
    rules.rules.push_back(AnswerRule::parse("json:/error/code = 7 -> refused 30005").value());
    rules.rules.push_back(AnswerRule::parse("regex:/^(\\w+\\s?)+err/ -> throttled").value());
    rules.id = Selector::parse("json:/messages/0/id").value();
    return rules;
  }();
  return made;
}

void fuzz_answer(std::string_view bytes) {
  http::Response answer;
  answer.body = bytes;
  answer.headers.add("Retry-After", std::string(bytes.substr(0, 6)));
  const auto judged = judge(answer_rules(), answer, "SM1");
  invariant(judged.retry_after <= std::chrono::seconds(300), "a pause ends");
}

ReceiptRules receipt_rules(std::string_view kind, std::string list) {
  ReceiptRules rules;
  rules.list = std::move(list);
  rules.id = Selector::parse(std::string(kind) + "id").value();
  rules.state = Selector::parse(std::string(kind) + "state").value();
  rules.error = Selector::parse(std::string(kind) + "err").value();
  return rules;
}

InboundRules inbound_rules(std::string_view kind, TextForm form) {
  InboundRules rules;
  const auto at = [&](std::string_view name) {
    return Selector::parse(std::string(kind) + std::string(name)).value();
  };
  rules.from = at("f");
  rules.to = at("t");
  rules.text = at("x");
  rules.form = form;
  rules.reference = at("r");
  rules.part = at("p");
  rules.parts = at("n");
  return rules;
}

void fuzz_incoming(std::string_view bytes) {
  static const auto of_json = receipt_rules("json:/", "/results");
  static const auto of_form = receipt_rules("field:", "");
  static const std::vector<InboundRules> inbound = {inbound_rules("json:/", TextForm::utf8),
                                                    inbound_rules("field:", TextForm::hex_ucs2),
                                                    inbound_rules("field:", TextForm::hex_utf8)};
  const http::Headers headers;
  const Document document(headers, bytes, bytes.substr(0, bytes.size() / 2));
  for (const auto* rules : {&of_json, &of_form}) {
    for (const auto& receipt : read_receipts(*rules, document).items)
      invariant(!receipt.carrier_id.empty(), "a receipt has an id");
  }
  for (const auto& rules : inbound) {
    for (const auto& part : read_inbound(rules, document).items) {
      invariant(is_utf8(part.text), "an inbound text is UTF-8");
      invariant(!part.from.e164().empty() && !part.to.e164().empty(), "both numbers are there");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest = as_text({data + 1, size - 1});
  switch (data[0] % 4) {
    case 0:
      fuzz_template(rest);
      break;
    case 1:
      if (const auto rule = AnswerRule::parse(rest)) {
        http::Response answer;
        answer.body = R"({"a":"aaaaaaaaaaaaaaaaaaaaaaaaab"})";
        const Document document(answer.headers, answer.body);
        rule->fits(200, document);
      }
      break;
    case 2:
      fuzz_answer(rest);
      break;
    default:
      fuzz_incoming(rest);
  }
  return 0;
}
