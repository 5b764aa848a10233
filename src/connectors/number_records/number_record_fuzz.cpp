// Fuzz: answers of a source of number records.
#include "connectors/number_records/http_records.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using cloudvno::lookup::RecordKind;
  if (size > 4'096) return 0;
  const std::string body(reinterpret_cast<const char*>(data), size);
  for (const auto kind : {RecordKind::portability, RecordKind::sim_swap, RecordKind::caller_name}) {
    const auto record = cloudvno::number_records::read_record(kind, body);
    if (record && (record->name.size() > 200 || record->carrier.size() > 200)) __builtin_trap();
  }
  return 0;
}
