// Fuzzes the receipt and time parsers (SMPP 3.4 Appendix B, section 7.1.1): what was read and
// printed reads the same again.
#include "base/invariant.hpp"
#include "protocol/smpp/receipt.hpp"
#include "protocol/smpp/time_format.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cloudvno;
  std::string_view text = as_text(ByteView(data, size));
  if (auto receipt = smpp::parse_receipt(text)) {
    auto again = smpp::parse_receipt(smpp::print_receipt(*receipt));
    invariant(again.has_value(), "a printed receipt reads");
    invariant(again->id == receipt->id, "its id comes back");
    invariant(!receipt->state || again->state == receipt->state, "its state comes back");
  }
  smpp::DeliverSm deliver;
  deliver.esm_class = smpp::esm_class::delivery_receipt;
  deliver.data_coding = size == 0 ? 0 : data[0];
  deliver.short_message.assign(data, data + size);
  smpp::receipt_of(deliver);

  const Time now = from_micros(1'767'225'600'000'000);
  if (auto time = smpp::parse_time(text, now); time && text.ends_with('+'))
    invariant(smpp::parse_time(smpp::print_absolute(*time), now).has_value() ||
                  *time < from_micros(946'684'800'000'000),
              "a printed time reads");
  return 0;
}
