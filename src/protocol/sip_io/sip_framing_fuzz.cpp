// Fuzzes the cutting of streams: in whatever pieces a stream comes, the same messages come out, and
// no more is held than the bounds allow.
#include <vector>

#include "base/invariant.hpp"
#include "protocol/sip_io/framing.hpp"

namespace {

using namespace cloudvno;

std::vector<std::string> cut(std::string_view stream, std::size_t piece) {
  sip::Framing framing({.head = 256, .body = 128});
  std::vector<std::string> seen;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    framing.add(stream.substr(at, piece));
    while (true) {
      auto frame = framing.next();
      if (frame.kind == sip::Framing::Kind::nothing) break;
      if (frame.kind == sip::Framing::Kind::broken) return seen;
      invariant(frame.bytes.size() <= 256 + 128, "a message keeps the bounds");
      if (frame.kind == sip::Framing::Kind::message) seen.emplace_back(frame.bytes);
    }
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  invariant(cut(stream, stream.size()) == cut(stream, 1 + data[0]), "pieces do not matter");
  return 0;
}
