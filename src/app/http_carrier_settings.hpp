// [[http_carrier]]: carriers that are reached over HTTP, as the operator describes them.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "app/route_settings.hpp"
#include "platform/config/schema.hpp"

namespace cloudvno::http_carrier {
struct Options;
}

namespace cloudvno::app {

struct HttpCarrierSettings {
  std::string name;
  std::string url;
  std::string method = "POST";
  std::vector<std::string> headers;
  std::string content_type;
  std::string body;
  std::string auth = "none";
  std::string user;
  std::string password;
  bool split = false;
  std::string encoding_gsm7 = "gsm7";
  std::string encoding_ucs2 = "ucs2";
  std::string id;
  std::vector<std::string> answers;
  std::int64_t connections = 4;
  std::int64_t messages_per_second = 0;
  std::int64_t timeout_s = 30;
  std::string probe_url;
  bool allow_http = false;
  std::vector<std::string> allowed_ranges;
  std::string ca_file;
  RouteSettings route;
  std::string delivery_guarantee = "at_least_once";
  std::string callback_secret;
  std::string callback_user;
  std::string callback_password;
  std::string callback_hmac_header;
  std::string callback_hmac_secret;
  std::vector<std::string> callback_addresses;
  std::string receipt_list;
  std::string receipt_id;
  std::string receipt_state;
  std::string receipt_error;
  std::vector<std::string> receipt_states;
  std::vector<std::string> receipt_errors;
  std::string receipt_answer;
  std::int64_t receipt_not_ours = 200;
  std::string inbound_list;
  std::string inbound_from;
  std::string inbound_to;
  std::string inbound_text;
  std::string inbound_text_form = "utf8";
  std::string inbound_reference;
  std::string inbound_part;
  std::string inbound_parts;
  std::string inbound_answer;
  std::int64_t inbound_not_ours = 200;
  std::string answer_type = "text/plain; charset=utf-8";
};

void describe_http_carriers(config::Schema& schema, std::vector<HttpCarrierSettings>& carriers);

// For the connector, but for `tls`; or everything that is wrong, one sentence each.
std::expected<http_carrier::Options, std::vector<std::string>> http_carrier_options(
    const HttpCarrierSettings& settings, const std::string& public_url);

// Leaves this machine in clear.
bool is_plain(const HttpCarrierSettings& settings);

}  // namespace cloudvno::app
