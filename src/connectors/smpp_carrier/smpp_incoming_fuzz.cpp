// Fuzz target: any PDU of a carrier's, read as a receipt or an inbound part, and its message id.
#include "base/invariant.hpp"
#include "base/utf8.hpp"
#include "connectors/smpp_carrier/incoming.hpp"
#include "connectors/smpp_carrier/message_id.hpp"
#include "protocol/smpp/codec.hpp"

using namespace cloudvno;

namespace {

constexpr smpp_carrier::IdFormat formats[] = {
    smpp_carrier::IdFormat::automatic,   smpp_carrier::IdFormat::exact,
    smpp_carrier::IdFormat::hex,         smpp_carrier::IdFormat::decimal,
    smpp_carrier::IdFormat::hex_answers, smpp_carrier::IdFormat::hex_receipts};

void check(const smpp_carrier::Incoming& incoming) {
  if (const auto* part = std::get_if<messaging::InboundPart>(&incoming)) {
    invariant(is_utf8(part->text), "an inbound text is UTF-8");
    invariant(!part->from.e164().empty() && !part->to.e164().empty(), "both numbers are there");
  }
  if (const auto* told = std::get_if<smpp_carrier::ReceiptIn>(&incoming)) {
    const auto& id = told->receipt.carrier_id;
    invariant(!id.empty(), "a receipt has an id");
    for (const auto format : formats) {
      smpp_carrier::IdMatcher matcher(format);
      matcher.of_answer(id);
      invariant(!matcher.of_receipt(id, told->other_id).empty(), "an id has a form");
    }
    if (id.find_first_not_of("0123456789") == std::string::npos) {
      invariant(smpp_carrier::decimal_of_hex(smpp_carrier::hex_of_decimal(id)) ==
                    smpp_carrier::plain_id(id),
                "a number stays the same in either base");
    }
    if (told->or_inbound) check(*told->or_inbound);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto alphabet = static_cast<sms::DefaultAlphabet>(data[0] % 5);
  const auto result = smpp::decode({data + 1, size - 1});
  if (result.kind != smpp::Decoding::pdu) return 0;
  if (const auto* deliver = std::get_if<smpp::DeliverSm>(&result.pdu.body)) {
    check(smpp_carrier::read_incoming(*deliver, alphabet));
  } else if (const auto* data_sm = std::get_if<smpp::DataSm>(&result.pdu.body)) {
    check(smpp_carrier::read_incoming(*data_sm, alphabet));
  }
  return 0;
}
