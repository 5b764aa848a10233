// What is wrong with an application's answer: a customer-visible code and a text.
//
// The codes are those that applications know from the public TwiML reference, so that their
// monitoring works unchanged.
#pragma once

#include <string>

namespace cloudvno::twiml {

namespace code {
inline constexpr int document_too_large = 11750;
inline constexpr int malformed_document = 12100;
inline constexpr int wrong_root = 12102;
inline constexpr int schema_warning = 12200;
inline constexpr int wrong_content_type = 12300;
inline constexpr int wrong_message_body = 14103;
}  // namespace code

// The text names elements and attributes, never their values: those can be personal data.
struct Fault {
  int code = 0;
  std::string text;

  bool operator==(const Fault&) const = default;
};

}  // namespace cloudvno::twiml
