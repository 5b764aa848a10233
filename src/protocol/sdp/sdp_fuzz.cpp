// Fuzzes the reading of session descriptions: what is answered to any of them can be read again and
// has a line for each of its lines.
#include "base/invariant.hpp"
#include "protocol/sdp/sdp.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cloudvno;
  auto offer = sdp::parse({reinterpret_cast<const char*>(data), size});
  if (!offer) return 0;
  invariant(offer->lines.size() <= 16, "the bound on media holds");
  sdp::Local local;
  local.address = "192.0.2.1";
  local.port = 4000;
  local.codecs = sdp::telephone_codecs();
  auto answer = sdp::write_answer(*offer, local);
  if (!answer) return 0;
  auto again = sdp::parse(answer->text);
  invariant(again && again->audio, "an answer can be read");
  invariant(again->lines.size() == offer->lines.size(), "a line for each");
  return 0;
}
