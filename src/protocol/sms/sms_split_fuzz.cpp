// Any octets as the body of a message: refused, or split so that the parts give it back.
#include <cstdlib>

#include "base/utf8.hpp"
#include "protocol/sms/gsm7.hpp"
#include "protocol/sms/smart_encoding.hpp"
#include "protocol/sms/split.hpp"
#include "protocol/sms/ucs2.hpp"

using namespace cloudvno;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto body = as_text({data, size});
  const auto count = sms::count_segments(body);
  const auto split = sms::split_text(body, 1);
  if (count.has_value() != split.has_value()) std::abort();
  if (split) {
    if (!is_utf8(body)) std::abort();
    if (split->encoding != count->encoding) std::abort();
    if (split->parts.size() != static_cast<std::size_t>(count->segments)) std::abort();
    std::string joined;
    for (const auto& part : split->parts) {
      const bool gsm7 = split->encoding == sms::Encoding::gsm7;
      if (part.udh.size() > 6 || part.user_data.size() > (gsm7 ? 160u : 140u)) std::abort();
      joined += gsm7 ? sms::from_septets(part.user_data) : sms::from_ucs2(part.user_data);
    }
    if (joined != body) std::abort();
  }
  const auto plain = sms::smart_encode(body);
  if (plain != body && !sms::to_septets(plain)) std::abort();
  return 0;
}
