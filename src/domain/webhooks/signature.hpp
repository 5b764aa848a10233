// Signatures of callbacks (product.md section 7, Standard Webhooks 1.0.0, the TwiML reference on
// request security).
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "protocol/http/message.hpp"

namespace cloudvno::webhooks {

// X-CloudVNO-Signature: lower-case hex HMAC-SHA-256, key the auth token, over the full URL directly
// followed by the form fields sorted by name and encoded as a query string. With GET the fields
// stand in the URL already: pass none.
std::string cloudvno_signature(std::string_view auth_token, std::string_view url,
                               http::Fields fields);

// webhook-signature: "v1," and base64 HMAC-SHA-256 over id.timestamp.body; `secret` is "whsec_" and
// base64 of 24 to 64 bytes; of any other secret Errc::internal_error, because whoever knows the key
// could sign what the customer then believes.
Result<std::string> standard_signature(std::string_view secret, std::string_view id,
                                       std::int64_t timestamp_s, std::string_view body);

// X-Twilio-Signature: base64 HMAC-SHA-1, key the auth token, over the URL and each field's name and
// value, sorted.
std::string twilio_signature(std::string_view auth_token, std::string_view url,
                             http::Fields fields);

}  // namespace cloudvno::webhooks
