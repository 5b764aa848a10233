// Fuzz: numbers as anybody may write them, and the data files of an operator.
#include "domain/lookup/data.hpp"
#include "domain/lookup/facts.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cloudvno::lookup;
  static const auto tables = Data::load("").value();
  if (size < 2 || size > 4'096) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0: {
      const auto number = tables->plan().parse(text, data[0] & 4 ? "US" : data[0] & 8 ? "AR" : "");
      if (number) describe(*tables, *number, Fields::free());
      break;
    }
    case 1:
      (void)PrefixTable::read(text);
      break;
    case 2:
      (void)NumberingPlan::read(text);
      break;
    default:
      if (const auto pattern = Pattern::compile(text)) (void)pattern->matches("123456789012345");
  }
  return 0;
}
