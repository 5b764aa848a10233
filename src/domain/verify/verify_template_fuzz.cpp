// Fuzzes a customer's own text, domain and addresses: what is taken carries the code exactly once,
// and nothing that could end a header or a line of SMTP.
#include <cstdlib>

#include "domain/verify/phrases.hpp"
#include "domain/verify/text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cloudvno::verify;
  if (size > 8'192) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (check_custom_message(text)) {
    Request request;
    request.custom_message = text;
    const auto message = message_text(request, "0123456789");  // longer than a code can be
    if (message.size() != text.size() + 4 || !message.contains("0123456789")) std::abort();
    if (message.contains('\r') || message.contains('\0')) std::abort();
  }
  if (const auto address = read_email_address(text)) {
    if (address->size() > 254 || address->find_first_of("\r\n <>\",;") != std::string::npos) {
      std::abort();
    }
    if (read_email_address(*address) != address) std::abort();
  }
  if (is_domain(text) && text.find_first_of("\n #@") != std::string_view::npos) std::abort();
  if (is_locale(text)) static_cast<void>(phrases_of(text));
  return 0;
}
