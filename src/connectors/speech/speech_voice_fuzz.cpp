// Fuzzes a document's `voice` and `language`, a line each: what comes out is an argument of
// espeak-ng, or a voice that flite has.
#include <algorithm>

#include "base/bytes.hpp"
#include "base/invariant.hpp"
#include "connectors/speech/voice_choice.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cloudvno;
  const auto input = as_text({data, size});
  const auto end = std::min(input.find('\n'), input.size());
  const auto choice =
      speech::choose_voice(input.substr(0, end), input.substr(std::min(end + 1, input.size())));
  if (!choice) return 0;
  invariant(!choice->voice.empty() && choice->voice.size() < 16, "a short name");
  invariant(std::ranges::all_of(choice->voice,
                                [](char c) {
                                  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                                         c == '-' || c == '+';
                                }),
            "of a voice");
  invariant(choice->voice.front() != '-', "no option");
  return 0;
}
