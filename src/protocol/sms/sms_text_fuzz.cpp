// Any octets as a text of each data coding and default alphabet: what comes out is UTF-8, and goes
// in again.
#include <cstdlib>

#include "base/utf8.hpp"
#include "protocol/sms/data_coding.hpp"
#include "protocol/sms/gsm7.hpp"
#include "protocol/sms/ucs2.hpp"

using namespace cloudvno;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const ByteView octets(data + 2, size - 2);
  const auto alphabet = static_cast<sms::DefaultAlphabet>(data[1] % 5);
  const std::size_t header = data[1] / 5;
  const auto text = sms::decode_text(data[0], octets, alphabet, header);
  if (text && !is_utf8(*text)) std::abort();

  const auto from_gsm7 = sms::from_septets(octets);
  if (const auto septets = sms::to_septets(from_gsm7)) {
    if (sms::from_septets(*septets) != from_gsm7) std::abort();
    sms::encode_septets(*septets, alphabet, header);
  }
  const auto units = sms::to_ucs2(sms::from_ucs2(octets));
  if (!units || sms::from_ucs2(*units) != sms::from_ucs2(octets)) std::abort();

  const int fill_bits = data[0] % 7;
  const auto septets = sms::unpack_septets(octets, octets.size() * 2, fill_bits);
  if (sms::unpack_septets(sms::pack_septets(septets, fill_bits), septets.size(), fill_bits) !=
      septets) {
    std::abort();
  }
  return 0;
}
