// Fuzzes the reading of one message: whatever comes, its bounds hold and it can be looked into.
#include "base/invariant.hpp"
#include "protocol/sip/message.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cloudvno;
  sip::Parsed parsed =
      sip::parse_message({reinterpret_cast<const char*>(data), size}, {.head = 4'096, .body = 512});
  const sip::SipMessage& message = parsed.message;
  if (parsed.kind == sip::Parsed::Kind::message) {
    invariant(message.body.size() <= 512, "the body keeps its bound");
    invariant(!message.call_id.empty() && message.cseq.method.size() > 0, "has what it must have");
    for (const sip::Header& header : message.headers)
      invariant(header.value.find('\n') == std::string::npos, "one line a value");
    if (message.is_request()) sip::Uri::parse(message.target_text);
    for (auto route : message.all("Record-Route")) sip::parse_name_addr(route);
  }
  return 0;
}
