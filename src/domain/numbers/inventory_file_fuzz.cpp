// Foreign bytes as an inventory: a line is an offer that the store can keep, or is refused in
// words.
#include <cstdlib>
#include <string_view>

#include "domain/numbers/inventory_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace cloudvno::numbers;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto end = text.find('\n');
  auto file = InventoryFile::read_header(text.substr(0, end), "acme");
  // Most inputs have no header: their lines are read under a good one.
  if (!file) {
    file = InventoryFile::read_header("number,country,type,area_code,sms,mms,voice,monthly_price",
                                      "acme");
  }
  const auto line = end == std::string_view::npos ? text : text.substr(end + 1);
  const auto offer = file->read_line(line);
  if (offer && read_offer(print_offer(*offer)) != *offer) std::abort();
  if (!offer && offer.error().empty()) std::abort();
  return 0;
}
