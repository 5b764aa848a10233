// What the operator sets, with its defaults. To add a setting: a member here, a line in
// settings.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/http_carrier_settings.hpp"
#include "app/route_settings.hpp"
#include "app/trunk_settings.hpp"
#include "app/verify_settings.hpp"
#include "base/result.hpp"
#include "platform/config/schema.hpp"

namespace cloudvno::app {

struct CarrierSettings {
  std::string name;
  RouteSettings route;
  std::string host;
  std::int64_t port = 2775;
  bool tls = false;
  std::string system_id;
  std::string password;
  std::string system_type;
  std::int64_t window = 10;
  std::string ca_file;
  std::string delivery_guarantee = "at_least_once";
  std::int64_t binds = 1;
  std::string bind_mode = "transceiver";
  std::int64_t messages_per_second = 0;
  std::int64_t enquire_link_interval = 30;
  std::int64_t enquire_link_timeout = 10;
  std::int64_t response_timeout = 60;
  std::int64_t bind_timeout = 10;
  std::int64_t reconnect_wait = 1;
  std::int64_t reconnect_wait_most = 30;
  std::string long_messages = "udh";
  std::string default_alphabet = "gsm7";
  std::string message_id_format = "automatic";
  std::string registered_delivery = "final";
  bool validity = true;
  std::string service_type;
  std::int64_t source_ton = 1;
  std::int64_t source_npi = 1;
  std::int64_t short_code_ton = 3;
  std::int64_t short_code_npi = 0;
  std::int64_t destination_ton = 1;
  std::int64_t destination_npi = 1;
  std::vector<std::string> throttle_errors;
  std::vector<std::string> temporary_errors;
};

struct LookupSettings {
  std::string data_folder;
  std::string portability_url;
  std::string sim_swap_url;
  std::string caller_name_url;
  std::string header;
  std::int64_t timeout_ms = 2'000;
};

struct Settings {
  std::string node_name;
  std::string data_dir = "/var/lib/cloudvno";
  std::string http_address = "0.0.0.0";
  std::int64_t http_port = 8443;
  std::int64_t http_plain_port = 0;
  std::int64_t http_threads = 1;
  std::string http_public_url;
  std::string http_certificate;
  std::string http_key;
  std::string store_file;
  std::string store_database;  // holds a password: never print it
  std::string root_key_file;
  std::string backup_folder;
  std::string log_level = "info";
  std::string log_format = "text";
  bool webhooks_allow_http = false;
  std::vector<std::string> webhooks_allowed_ranges;
  std::string webhooks_ca_file;
  bool smpp_server_enabled = false;
  std::string smpp_server_address = "0.0.0.0";
  std::int64_t smpp_server_tls_port = 3550;
  std::int64_t smpp_server_plain_port = 0;
  bool smpp_server_allow_plain = false;
  bool sandbox_enabled = true;
  std::int64_t sandbox_port = 0;
  bool sandbox_link_faults = false;
  LookupSettings lookup;
  VoiceSettings voice;
  EmailSettings email;
  WhatsappSettings whatsapp;
  std::vector<TrunkSettings> trunks;
  std::vector<CarrierSettings> carriers;
  std::vector<HttpCarrierSettings> http_carriers;

  // Paths that follow data_dir where they are not set.
  std::string store_path() const;
  // Whether the store is the file; else it is a server that other processes may share.
  bool store_is_embedded() const { return store_database.empty(); }
  // For people: the file, or the server and the database's name.
  std::string store_name() const;
  std::string root_key_path() const;
  // Of cluster::ChangeCount.
  std::string changes_path() const { return data_dir + "/changes"; }
  std::string certificate_path() const;
  std::string certificate_key_path() const;
  // "host:8443", or what the operator set.
  std::string node_label() const;
  // Of either kind, by the operator's name for it.
  bool has_carrier(std::string_view name) const;
  // "https://localhost:8443", or what the operator set.
  std::string public_url() const;
};

config::Schema describe(Settings& settings);

// Reads the file. Its error text lists every problem with file, line and an example, one a line.
Result<Settings> read_settings(const std::string& file);

}  // namespace cloudvno::app
