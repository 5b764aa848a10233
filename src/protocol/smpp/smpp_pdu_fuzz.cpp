// Fuzzes the PDU codec: what decodes must encode, and decode to the same again (SMPP 3.4 section
// 4).
#include "base/invariant.hpp"
#include "protocol/smpp/codec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cloudvno;
  ByteView input(data, size);
  while (true) {
    smpp::DecodeResult first = smpp::decode(input);
    if (first.kind == smpp::Decoding::pdu) {
      Bytes wire;
      invariant(smpp::encode(first.pdu, wire) == smpp::CommandStatus::ESME_ROK,
                "what decoded can be encoded");
      smpp::DecodeResult second = smpp::decode(wire);
      invariant(second.kind == smpp::Decoding::pdu && second.used == wire.size(),
                "what was encoded decodes");
      invariant(second.pdu == first.pdu, "the same comes back");
    }
    if (first.kind == smpp::Decoding::need_more || !first.can_go_on) return 0;
    invariant(first.used >= smpp::limits::header && first.used <= input.size(),
              "a PDU uses what it announced");
    input = input.subspan(first.used);
  }
}
