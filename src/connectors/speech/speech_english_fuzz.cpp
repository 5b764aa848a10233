// Fuzzes what an application may have spoken: plain ASCII for flite whatever the bytes, and from
// flite samples or an error.
#include <algorithm>

#include "base/bytes.hpp"
#include "base/invariant.hpp"
#include "connectors/speech/english_text.hpp"
#include "connectors/speech/flite.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cloudvno;
  constexpr std::size_t most = 256;  // the engine takes its time for each word
  const auto text = speech::english_text(as_text({data, std::min(size, most)}));
  invariant(std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7f; }), "ASCII");
  for (const auto& piece : speech::pieces_of(text)) {
    invariant(piece.size() <= 200, "a short piece");
    const auto samples = speech::synthesize_english("slt", piece);
    invariant(!samples || samples->size() <= media::most_samples, "bounded");
  }
  return 0;
}
