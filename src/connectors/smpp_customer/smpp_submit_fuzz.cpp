// Fuzz target: any PDU of a customer's ESME, read as a message.
#include "base/invariant.hpp"
#include "connectors/smpp_customer/incoming.hpp"
#include "protocol/smpp/codec.hpp"

using namespace cloudvno;

namespace {

const Time now = from_micros(1'767'225'600'000'000);

void check(const smpp_customer::Read& read) {
  if (!read) {
    invariant(read.error() != smpp::CommandStatus::ESME_ROK, "a refusal says why");
    return;
  }
  invariant(!read->from.e164().empty() && !read->to.e164().empty(), "both numbers are there");
  invariant(read->validity.count() >= 1 && read->validity <= messaging::default_validity,
            "it ends");
  if (read->send_at) {
    invariant(*read->send_at > now && *read->send_at <= now + smpp_customer::furthest_schedule,
              "it goes in time");
  }
  if (read->concatenation) {
    invariant(read->concatenation->number >= 1 &&
                  read->concatenation->number <= read->concatenation->total,
              "a part has its place");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto result = smpp::decode({data, size});
  if (result.kind != smpp::Decoding::pdu) return 0;
  if (const auto* one = std::get_if<smpp::SubmitSm>(&result.pdu.body)) {
    check(smpp_customer::read_submit(*one, now));
  } else if (const auto* data_sm = std::get_if<smpp::DataSm>(&result.pdu.body)) {
    check(smpp_customer::read_submit(*data_sm, now));
  } else if (const auto* many = std::get_if<smpp::SubmitMulti>(&result.pdu.body)) {
    for (const auto& each : smpp_customer::read_submit(*many, now)) check(each.read);
  }
  return 0;
}
