// Any bytes as a value of base: refused, or written so that it reads the same; and as a log field,
// which stays one line.
#include <cstdlib>

#include "base/bytes.hpp"
#include "base/log_line.hpp"
#include "base/model/api_key_text.hpp"
#include "base/model/money.hpp"
#include "base/model/phone_number.hpp"
#include "base/model/sid.hpp"
#include "base/time.hpp"
#include "base/utf8.hpp"

using namespace cloudvno;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = as_text({data, size});
  if (const auto time = from_iso8601(text)) {
    const auto again = from_iso8601(to_iso8601(*time));
    if (!again || *time - *again >= std::chrono::milliseconds(1) || *again > *time) std::abort();
  }
  if (const auto money = Money::parse(text); money && Money::parse(money->str()) != money) {
    std::abort();
  }
  if (const auto number = PhoneNumber::parse(text)) {
    if (PhoneNumber::parse(number->e164()) != number) std::abort();
    if (number->digits().size() < 7 || number->digits().size() > 15) std::abort();
  }
  if (const auto sender = PhoneNumber::parse_sender(text)) {
    if (PhoneNumber::parse_sender(sender->e164()) != sender) std::abort();
  }
  if (const auto bytes = from_base64(text); bytes && to_base64(*bytes) != text) std::abort();
  if (const auto bytes = from_hex(text); bytes && to_hex(*bytes).size() != text.size())
    std::abort();
  if (const auto sid = MessageSid::parse(text); sid && sid->view() != text) std::abort();
  if (parse_api_key_text(text) && text.size() != 59) std::abort();

  for (const auto& line : {log::text_line({}, log::Level::info, "e", {{"v", text}}),
                           log::json_line({}, log::Level::info, "e", {{"v", text}})}) {
    if (!is_utf8(line) || line.size() > 6'200) std::abort();
    for (const char c : line) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) std::abort();
    }
  }
  return 0;
}
