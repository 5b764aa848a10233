// Fuzzes MP3 files: whatever the bytes, samples within the bound or an error.
#include "base/invariant.hpp"
#include "protocol/media/mp3.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto samples = cloudvno::media::read_mp3({data, size});
  cloudvno::invariant(!samples || samples->size() <= cloudvno::media::most_samples, "bounded");
  return 0;
}
