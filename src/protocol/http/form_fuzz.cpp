// Fuzz target: forms; what is read prints and reads back the same.
#include <cstdlib>

#include "protocol/http/message.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace cloudvno::http;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto fields = parse_form(text)) {
    if (parse_form(print_form(*fields)) != fields) std::abort();
  }
  if (const auto segment = percent_decode(text)) {
    if (percent_decode(percent_encode(*segment)) != segment) std::abort();
  }
  return 0;
}
