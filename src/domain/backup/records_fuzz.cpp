// Foreign bytes as records, in two pieces.
#include <cstddef>
#include <cstdint>

#include "domain/backup/records.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cloudvno;
  const ByteView bytes(data, size);
  const auto cut = size == 0 ? 0 : data[0] % size;
  backup::RecordReader reader;
  const auto take = [](const backup::Record&) -> Result<> { return {}; };
  if (reader.read(bytes.first(cut), take)) (void)reader.read(bytes.subspan(cut), take);
  (void)reader.at_end();
  return 0;
}
