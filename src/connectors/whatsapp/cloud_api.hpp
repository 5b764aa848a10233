// Codes by WhatsApp: the public Cloud API, "Send messages", a template of category AUTHENTICATION
// with a copy-code button.
#pragma once

#include <string>

#include "domain/verify/code_carrier.hpp"
#include "protocol/http_io/client.hpp"

namespace cloudvno::whatsapp {

struct CloudApiOptions {
  http::Url url;             // "https://graph.facebook.com/v20.0/<phone number id>/messages"
  std::string access_token;  // of a system user
  std::string template_name;
  std::string language;  // the template's where it has none of the person's; "en_US"
  std::chrono::milliseconds timeout{15'000};
};

// The template's own texts are the operator's and approved by Meta: of a verification only its code
// and its language count. Lives on the control thread.
class CloudApi final : public verify::CodeCarrier {
 public:
  CloudApi(http_io::Client& client, CloudApiOptions options)
      : client_(client), options_(std::move(options)) {}

  net::Task<verify::Brought> bring(verify::OutgoingCode code) override;

 private:
  net::Task<http::SendResult> send(const verify::OutgoingCode& code, const std::string& language);

  http_io::Client& client_;
  const CloudApiOptions options_;
};

// The request's body, and what an answer means: done, or why not. The error codes are those of the
// Cloud API's table.
std::string print_template(const verify::OutgoingCode& code, std::string_view template_name,
                           std::string_view language);
struct CloudApiError {
  std::int64_t code = 0;
};
std::optional<CloudApiError> read_error(std::string_view body);
// "pt-BR" as the API writes it: "pt_BR".
std::string template_language(std::string_view locale);

}  // namespace cloudvno::whatsapp
