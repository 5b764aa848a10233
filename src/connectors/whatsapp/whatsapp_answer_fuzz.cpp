// Fuzzes the Cloud API's answers.
#include "connectors/whatsapp/cloud_api.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 64 * 1024) return 0;
  static_cast<void>(cloudvno::whatsapp::read_error({reinterpret_cast<const char*>(data), size}));
  return 0;
}
