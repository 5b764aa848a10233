// Verification as the operator sets it: the mail relay and the WhatsApp account.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "connectors/whatsapp/cloud_api.hpp"
#include "platform/config/schema.hpp"
#include "platform/email/relay.hpp"

namespace cloudvno::app {

struct EmailSettings {
  std::string host;  // empty: no relay
  std::int64_t port = 587;
  std::string security = "starttls";
  bool allow_plain = false;
  std::string least_tls = "1.3";
  std::string username;
  std::string password;  // never print it
  std::string from;
  std::string ca_file;
  std::int64_t timeout = 20;

  bool is_on_this_machine() const;
};

struct WhatsappSettings {
  std::string phone_number_id;  // empty: none
  std::string access_token;     // never print it
  std::string template_name;
  std::string template_language = "en_US";
  std::string api_url = "https://graph.facebook.com/v20.0";
};

void describe_verify(config::Schema& schema, EmailSettings& email, WhatsappSettings& whatsapp);
// What is wrong, one text each.
std::vector<std::string> check_verify(const EmailSettings& email, const WhatsappSettings& whatsapp);

// Of settings that were checked.
email::RelayOptions relay_options(const EmailSettings& settings);
whatsapp::CloudApiOptions cloud_api_options(const WhatsappSettings& settings);

}  // namespace cloudvno::app
