// Fuzz target: any PDU of a carrier's, read as a receipt or an inbound part.
#include "base/invariant.hpp"
#include "base/utf8.hpp"
#include "connectors/smpp_carrier/translate.hpp"
#include "protocol/smpp/codec.hpp"

using namespace cloudvno;

namespace {

void check(const smpp_carrier::Incoming& incoming) {
  if (const auto* part = std::get_if<messaging::InboundPart>(&incoming)) {
    invariant(is_utf8(part->text), "an inbound text is UTF-8");
    invariant(!part->from.e164().empty() && !part->to.e164().empty(), "both numbers are there");
  }
  if (const auto* told = std::get_if<smpp_carrier::ReceiptIn>(&incoming)) {
    invariant(!told->receipt.carrier_id.empty(), "a receipt has an id");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto result = smpp::decode({data, size});
  if (result.kind != smpp::Decoding::pdu) return 0;
  if (const auto* deliver = std::get_if<smpp::DeliverSm>(&result.pdu.body)) {
    check(smpp_carrier::read_incoming(*deliver));
  } else if (const auto* data_sm = std::get_if<smpp::DataSm>(&result.pdu.body)) {
    check(smpp_carrier::read_incoming(*data_sm));
  }
  return 0;
}
