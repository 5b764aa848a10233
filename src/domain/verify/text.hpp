// The texts that carry a code.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "domain/verify/verification.hpp"

namespace cloudvno::verify {

inline constexpr std::size_t most_message_characters = 320;
inline constexpr std::size_t most_domain_characters = 253;

// The customer's own text: has {code} exactly once, at most 320 characters, none of them a control
// or formatting character (line breaks are allowed). Errc::invalid_parameter.
Result<> check_custom_message(std::string_view text);
// A host name (RFC 1123), in lower case or not.
bool is_domain(std::string_view text);
// An address as far as a relay takes it without quoting (RFC 5321 section 4.1.2): at most 254
// characters, one "@", a local part of dot-atoms and a domain. In lower case what is compared so.
std::optional<std::string> read_email_address(std::string_view text);

// What an SMS, WhatsApp or RCS message says. With a domain its last line is "@domain #code"
// (origin-bound one-time codes delivered via SMS, WICG), which browsers fill in on that site only.
std::string message_text(const Request& request, std::string_view code);
std::string email_subject(const Request& request);
std::string email_text(const Request& request, std::string_view code);
// The TwiML document of a call: the digits slowly, one by one, and again after any key. After it
// comes the same document, so that a key repeats it as often as wanted, within the call's limit.
std::string spoken_document(const Request& request, std::string_view code);

}  // namespace cloudvno::verify
