// Reading how verification is set up.
#include "app/verify_settings.hpp"

#include <fmt/format.h>

namespace cloudvno::app {

bool EmailSettings::is_on_this_machine() const {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

void describe_verify(config::Schema& schema, EmailSettings& email, WhatsappSettings& whatsapp) {
  schema.section("email", "The mail relay, for verification codes by e-mail.");
  schema.text("host", email.host, "Its name or address; empty: live codes do not go by e-mail.",
              "smtp.example.com");
  schema.integer("port", email.port, 1, 65535, "Its port: 587 with starttls, 465 with tls.");
  schema.word("security", email.security, {"starttls", "tls", "none"},
              "TLS within the session, never without it; from the first byte; or none, for a relay "
              "on this machine.");
  schema.boolean("allow_plain", email.allow_plain,
                 "Security none also to another machine; `check` lists it.");
  schema.word("least_tls", email.least_tls, {"1.3", "1.2"},
              "The oldest TLS that is spoken; 1.2 is listed by `check`.");
  schema.text("username", email.username, "Our name there; empty: no login.", "cloudvno");
  schema.text("password", email.password, "Our password there.", "secret");
  schema.text("from", email.from, "Who the mails are from.", "Acme <no-reply@example.com>");
  schema.text("ca_file", email.ca_file,
              "PEM file of the certificate authorities trusted for it, instead of the system's.",
              "/etc/cloudvno/relay-ca.pem");
  schema.integer("timeout", email.timeout, 1, 50, "Seconds that one mail may take.");
  schema.section("whatsapp",
                 "The WhatsApp Cloud API, for verification codes; docs/operations.md says more.");
  schema.text("phone_number_id", whatsapp.phone_number_id,
              "Id of the sending number there; empty: live codes do not go by WhatsApp.",
              "106540352242922");
  schema.text("access_token", whatsapp.access_token, "Token of a system user.", "EAAG…");
  schema.text("template", whatsapp.template_name,
              "Name of the approved authentication template with a copy-code button.",
              "verification_code");
  schema.text("template_language", whatsapp.template_language,
              "Its language where it has none of the person's.", "en_US");
  schema.text("api_url", whatsapp.api_url, "Where the API is, with its version.",
              "https://graph.facebook.com/v20.0");
}

std::vector<std::string> check_verify(const EmailSettings& email,
                                      const WhatsappSettings& whatsapp) {
  std::vector<std::string> problems;
  if (!email.host.empty()) {
    if (email.host.find_first_of("/@ ?#") != std::string::npos) {
      problems.emplace_back("email.host must be a name or an address, without a port");
    }
    if (!email::parse_sender(email.from)) {
      problems.emplace_back(
          "email.host needs email.from, for example: from = \"Acme <no-reply@example.com>\"");
    }
    if (email.security == "none" && !email.allow_plain && !email.is_on_this_machine()) {
      problems.emplace_back(
          "email.security = \"none\" is for a relay on this machine; email.allow_plain = true "
          "allows it elsewhere");
    }
    if (email.username.empty() != email.password.empty()) {
      problems.emplace_back("email.username and email.password go together");
    }
  }
  if (!whatsapp.phone_number_id.empty()) {
    if (whatsapp.access_token.empty() || whatsapp.template_name.empty()) {
      problems.emplace_back("whatsapp.phone_number_id needs access_token and template");
    }
    const auto url =
        http::Url::parse(fmt::format("{}/{}/messages", whatsapp.api_url, whatsapp.phone_number_id));
    if (!url) {
      problems.emplace_back("whatsapp.api_url and phone_number_id make no URL");
    } else if (!whatsapp.api_url.starts_with("https://") && !url->host.starts_with("127.")) {
      problems.emplace_back("whatsapp.api_url must begin with https://, since it gets the token");
    }
  }
  return problems;
}

email::RelayOptions relay_options(const EmailSettings& settings) {
  email::RelayOptions options;
  options.host = settings.host;
  options.port = static_cast<int>(settings.port);
  options.security = settings.security == "tls"    ? email::Security::tls
                     : settings.security == "none" ? email::Security::none
                                                   : email::Security::starttls;
  options.tls_1_2 = settings.least_tls == "1.2";
  options.user = settings.username;
  options.password = settings.password;
  options.sender = email::parse_sender(settings.from).value_or(email::Sender());
  options.ca_file = settings.ca_file;
  options.timeout = std::chrono::seconds(settings.timeout);
  return options;
}

whatsapp::CloudApiOptions cloud_api_options(const WhatsappSettings& settings) {
  whatsapp::CloudApiOptions options;
  options.url =
      http::Url::parse(fmt::format("{}/{}/messages", settings.api_url, settings.phone_number_id))
          .value_or(http::Url());
  options.access_token = settings.access_token;
  options.template_name = settings.template_name;
  options.language = settings.template_language;
  return options;
}

}  // namespace cloudvno::app
