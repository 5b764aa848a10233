// Fuzzes what people type as a code: it is refused, or becomes 4 to 8 plain digits.
#include <cstdlib>

#include "domain/verify/code.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4'096) return 0;
  const auto code = cloudvno::verify::read_code({reinterpret_cast<const char*>(data), size});
  if (!code) return 0;
  if (code->size() < 4 || code->size() > 8) std::abort();
  if (code->find_first_not_of("0123456789") != std::string::npos) std::abort();
  if (cloudvno::verify::read_code(*code) != code) std::abort();
  return 0;
}
