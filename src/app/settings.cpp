// The table of settings.
#include "app/settings.hpp"

#include <limits.h>
#include <unistd.h>

#include <set>

#include "base/model/money.hpp"
#include "connectors/http_carrier/http_carrier.hpp"
#include "platform/config/file.hpp"
#include "platform/storage/postgres/postgres.hpp"
#include "protocol/smpp/status.hpp"

namespace cloudvno::app {

namespace {

// The settings of one [[carrier]].
void describe_carrier(config::Schema& row, CarrierSettings& carrier) {
  row.text("name", carrier.name, "How numbers and records name it: letters, digits and hyphens.",
           "acme");
  row.text("host", carrier.host, "Its SMSC's name or address.", "smsc.example.com");
  row.integer("port", carrier.port, 1, 65535, "Its SMSC's port.");
  row.boolean("tls", carrier.tls,
              "Speak TLS 1.3; without it the link is plain and `check` lists it.");
  row.text("system_id", carrier.system_id, "Our name there.", "cloudvno");
  row.text("password", carrier.password, "Our password there.", "secret08");
  row.text("system_type", carrier.system_type, "What the carrier asks for, often nothing.", "VMS");
  row.integer("window", carrier.window, 1, 1000,
              "Messages that may wait for the carrier's answer.");
  describe_route(row, carrier.route);
  row.text("ca_file", carrier.ca_file,
           "PEM file of certificate authorities trusted for it besides the system's.",
           "/etc/cloudvno/acme-ca.pem");
  row.word(
      "delivery_guarantee", carrier.delivery_guarantee,
      {"at_least_once", "at_most_once", "hold_for_receipt"},
      "What becomes of a message that went out without a known outcome, after a crash or a lost "
      "link: it goes again, marked; or counts as sent; or waits for its receipt.");
  row.integer("binds", carrier.binds, 1, 32,
              "Binds at once; with bind_mode transmitter_receiver of each kind.");
  row.word("bind_mode", carrier.bind_mode, {"transceiver", "transmitter_receiver"},
           "One bind for both directions, or one for each.");
  row.integer("messages_per_second", carrier.messages_per_second, 0, 100'000,
              "Most submit_sm in a second over all binds; 0 is no limit.");
  row.integer("enquire_link_interval", carrier.enquire_link_interval, 1, 3600,
              "Seconds of silence after which the link is tried.");
  row.integer("enquire_link_timeout", carrier.enquire_link_timeout, 1, 600,
              "Seconds that the answer to that may take; then the link is made anew.");
  row.integer("response_timeout", carrier.response_timeout, 1, 600,
              "Seconds that the answer to a message may take; then the link is made anew.");
  row.integer("bind_timeout", carrier.bind_timeout, 1, 120,
              "Seconds that connecting may take, and the answer to a bind.");
  row.integer("reconnect_wait", carrier.reconnect_wait, 1, 600,
              "Seconds until a lost bind is tried again; doubles each time.");
  row.integer("reconnect_wait_most", carrier.reconnect_wait_most, 1, 3600,
              "Seconds that this wait grows to.");
  row.word(
      "long_messages", carrier.long_messages, {"udh", "sar", "message_payload"},
      "How texts of several parts go out: a header in each part, sar_ parameters, or the whole "
      "text in one submit_sm. All three are read.");
  row.word("default_alphabet", carrier.default_alphabet,
           {"gsm7", "gsm7_packed", "latin1", "ascii", "utf8"}, "What data_coding 0 means there.");
  row.word("message_id_format", carrier.message_id_format,
           {"automatic", "exact", "hex", "decimal", "hex_answers", "hex_receipts"},
           "How ids in receipts relate to those in answers: hex_answers, say, is hexadecimal in "
           "answers and decimal in receipts.");
  row.word("registered_delivery", carrier.registered_delivery, {"final", "failure", "none"},
           "Which receipts are asked for; without one a message stays sent.");
  row.boolean("validity", carrier.validity, "Whether validity_period is sent.");
  row.text("service_type", carrier.service_type, "service_type of messages, often nothing.", "CMT");
  row.integer("source_ton", carrier.source_ton, 0, 255, "Type of number of senders.");
  row.integer("source_npi", carrier.source_npi, 0, 255, "Numbering plan of senders.");
  row.integer("short_code_ton", carrier.short_code_ton, 0, 255,
              "Type of number of senders that are short codes.");
  row.integer("short_code_npi", carrier.short_code_npi, 0, 255,
              "Numbering plan of senders that are short codes.");
  row.integer("destination_ton", carrier.destination_ton, 0, 255, "Type of number of recipients.");
  row.integer("destination_npi", carrier.destination_npi, 0, 255, "Numbering plan of recipients.");
  row.texts("throttle_errors", carrier.throttle_errors,
            "Errors that mean too fast here besides 0x58 and 0x14, by number or name.", "0x400");
  row.texts("temporary_errors", carrier.temporary_errors,
            "Errors that mean try this message later here besides 0x08 and 0x64.",
            "ESME_RSUBMITFAIL");
}

void describe_lookup(config::Schema& schema, LookupSettings& lookup) {
  schema.section("lookup",
                 "Number intelligence; what only others know is asked of your sources by HTTP.");
  schema.text("data_folder", lookup.data_folder,
              "Folder of newer tables than the built-in ones; `cloudvno lookup-data` checks it.",
              "/var/lib/cloudvno/lookup");
  schema.text("portability_url", lookup.portability_url,
              "Asked by GET for a number's present carrier; {number} becomes its digits.",
              "https://numbers.example.com/portability/{number}");
  schema.text("sim_swap_url", lookup.sim_swap_url, "The same, for when its SIM was changed.",
              "https://numbers.example.com/sim-swap/{number}");
  schema.text("caller_name_url", lookup.caller_name_url, "The same, for its subscriber's name.",
              "https://numbers.example.com/caller-name/{number}");
  schema.text("header", lookup.header, "A header that these requests carry.",
              "Authorization: Bearer SECRET");
  schema.integer("timeout_ms", lookup.timeout_ms, 50, 30'000,
                 "Milliseconds that a source may take.");
}

}  // namespace

config::Schema describe(Settings& s) {
  config::Schema schema;
  schema.section("node", "This machine.");
  schema.text("data_dir", s.data_dir,
              "Folder of the store, the root key and the local certificate.", "/var/lib/cloudvno");
  schema.text("name", s.node_name,
              "What this process is called among those that share a database, the same from one "
              "start to the next; empty means the host's name and the port.",
              "node-1");
  schema.section("http", "The HTTP API and the console.");
  schema.text("address", s.http_address, "Address that HTTPS listens on.", "0.0.0.0");
  schema.integer("port", s.http_port, 0, 65535,
                 "Port of HTTPS (TLS 1.3 only); 0 takes a free one.");
  schema.integer("plain_port", s.http_plain_port, 0, 65535,
                 "Port of plain HTTP on 127.0.0.1 only, for a first look or a proxy on this "
                 "machine; 0 is off.");
  schema.integer("threads", s.http_threads, 1, 64, "Threads for TLS and parsing.");
  schema.text("public_url", s.http_public_url,
              "How customers reach this server; empty means https://localhost and the port.",
              "https://api.example.com");
  schema.text("certificate", s.http_certificate,
              "PEM file of the certificate chain; empty makes a local one in data_dir.",
              "/etc/cloudvno/fullchain.pem");
  schema.text("key", s.http_key, "PEM file of the certificate's key.", "/etc/cloudvno/privkey.pem");
  schema.section("store", "The store: a file (SQLite), or a PostgreSQL server.");
  schema.text("file", s.store_file, "The file; empty means cloudvno.db in data_dir.",
              "/var/lib/cloudvno/cloudvno.db");
  schema.text(
      "database", s.store_database,
      "PostgreSQL 15 or newer instead of the file, for more than one process; "
      "docs/operations.md has a guide. A server on another machine is reached under TLS 1.3 "
      "only.",
      "postgresql://cloudvno:PASSWORD@db.example.com/cloudvno");
  schema.section("vault", "Keys.");
  schema.text(
      "root_key_file", s.root_key_file,
      "File of the root key, mode 0600; empty means root.key in data_dir. Keep a copy elsewhere: "
      "without it the store cannot be read.",
      "/etc/cloudvno/root.key");
  schema.section("backup", "Backups.");
  schema.text("folder", s.backup_folder,
              "Where `cloudvno backup` writes if it is not told; its keys file is also replaced "
              "when the root key is turned or an account is erased.",
              "/var/backups/cloudvno");
  schema.section("log", "The log on standard error.");
  schema.word("level", s.log_level, {"debug", "info", "warn", "error"}, "What is written.");
  schema.word("format", s.log_format, {"text", "json"}, "How it is written.");
  schema.section("webhooks", "Callbacks to customers.");
  schema.boolean("allow_http", s.webhooks_allow_http,
                 "Callbacks may go to http URLs, not only https.");
  schema.texts(
      "allowed_ranges", s.webhooks_allowed_ranges,
      "Address ranges that callbacks may reach although they are not global (loopback, private).",
      "127.0.0.0/8");
  schema.text("ca_file", s.webhooks_ca_file,
              "PEM file of certificate authorities trusted besides the system's.",
              "/etc/cloudvno/own-ca.pem");
  schema.section("smpp_server", "Where customers bind by SMPP 3.4; docs/smpp.md says more.");
  schema.boolean("enabled", s.smpp_server_enabled, "Whether it listens.");
  schema.text("address", s.smpp_server_address, "Address that it listens on.", "0.0.0.0");
  schema.integer("tls_port", s.smpp_server_tls_port, 0, 65535,
                 "Port of SMPP under TLS 1.3, with the certificate of HTTP; 0 is off.");
  schema.integer("plain_port", s.smpp_server_plain_port, 0, 65535,
                 "Port of plain SMPP, usually 2775, on 127.0.0.1 only; 0 is off.");
  schema.boolean("allow_plain", s.smpp_server_allow_plain,
                 "Plain SMPP listens on the address above too; `check` lists it.");
  schema.section("sandbox", "The simulated phone network that test keys use.");
  schema.boolean("enabled", s.sandbox_enabled, "Whether it runs.");
  schema.integer("port", s.sandbox_port, 0, 65535,
                 "Port of its SMSC on 127.0.0.1 (plain SMPP 3.4); 0 takes a free one.");
  schema.boolean("link_faults", s.sandbox_link_faults,
                 "Whether test keys may let the link fail that all accounts share "
                 "(/v1/sandbox/network): throttling, lost links, late answers.");
  describe_lookup(schema, s.lookup);
  describe_voice(schema, s.voice);
  describe_verify(schema, s.email, s.whatsapp);
  schema.rows<TrunkSettings>("trunk", s.trunks,
                             "A SIP trunk: where live calls go to and come from.", describe_trunk);
  schema.rows<CarrierSettings>("carrier", s.carriers,
                               "A carrier reached over SMPP 3.4; docs/carriers.md says more.",
                               describe_carrier);
  describe_http_carriers(schema, s.http_carriers);
  return schema;
}

std::string Settings::store_path() const {
  return store_file.empty() ? data_dir + "/cloudvno.db" : store_file;
}
std::string Settings::store_name() const {
  if (store_is_embedded()) return store_path();
  return storage::describe_postgres(store_database).value_or("the PostgreSQL server");
}
std::string Settings::root_key_path() const {
  return root_key_file.empty() ? data_dir + "/root.key" : root_key_file;
}
std::string Settings::certificate_path() const {
  return http_certificate.empty() ? data_dir + "/local-certificate.pem" : http_certificate;
}
std::string Settings::certificate_key_path() const {
  return http_certificate.empty() ? data_dir + "/local-certificate.key" : http_key;
}
std::string Settings::node_label() const {
  if (!node_name.empty()) return node_name;
  char host[HOST_NAME_MAX + 1] = {};
  ::gethostname(host, HOST_NAME_MAX);
  return fmt::format("{}:{}", host, http_port);
}
bool Settings::has_carrier(std::string_view name) const {
  return std::ranges::find(carriers, name, &CarrierSettings::name) != carriers.end() ||
         std::ranges::find(http_carriers, name, &HttpCarrierSettings::name) != http_carriers.end();
}
std::string Settings::public_url() const {
  if (!http_public_url.empty()) return http_public_url;
  if (http_plain_port != 0) return fmt::format("http://127.0.0.1:{}", http_plain_port);
  return fmt::format("https://localhost:{}", http_port);
}

namespace {

bool is_carrier_name(std::string_view name) {
  return !name.empty() && name != "sandbox" && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// Rules that no single setting can judge.
std::vector<std::string> cross_check(const Settings& settings) {
  std::vector<std::string> problems;
  std::set<std::string> names;
  for (const auto& carrier : settings.carriers) {
    if (!is_carrier_name(carrier.name)) {
      problems.push_back(
          "each [[carrier]] needs a name of letters, digits and hyphens other than \"sandbox\", "
          "for example: name = \"acme\"");
      continue;
    }
    if (!names.insert(carrier.name).second) {
      problems.push_back(fmt::format("two carriers are named \"{}\"", carrier.name));
    }
    if (carrier.host.empty() || carrier.system_id.empty()) {
      problems.push_back(fmt::format("carrier \"{}\" needs host and system_id", carrier.name));
    }
    if (carrier.system_id.size() > 15 || carrier.password.size() > 8 ||
        carrier.system_type.size() > 12) {
      problems.push_back(fmt::format(
          "carrier \"{}\": SMPP allows at most 15 characters of system_id, 8 of password, "
          "12 of system_type",
          carrier.name));
    }
    for (const auto* errors : {&carrier.throttle_errors, &carrier.temporary_errors}) {
      for (const auto& error : *errors) {
        if (smpp::parse_status(error)) continue;
        problems.push_back(fmt::format(
            "carrier \"{}\": \"{}\" is no error of SMPP: give its number (\"0x58\") or its name "
            "(\"ESME_RTHROTTLED\")",
            carrier.name, error));
      }
    }
    if (carrier.service_type.size() > 5) {
      problems.push_back(fmt::format(
          "carrier \"{}\": SMPP allows at most 5 characters of service_type", carrier.name));
    }
    if (const auto problem = check_route(carrier.route); !problem.empty()) {
      problems.push_back(fmt::format("carrier \"{}\": {}", carrier.name, problem));
    }
  }
  for (const auto& carrier : settings.http_carriers) {
    if (!is_carrier_name(carrier.name)) {
      problems.push_back(
          "each [[http_carrier]] needs a name of letters, digits and hyphens other than "
          "\"sandbox\", for example: name = \"acme\"");
      continue;
    }
    if (!names.insert(carrier.name).second) {
      problems.push_back(fmt::format("two carriers are named \"{}\"", carrier.name));
    }
    const auto options = http_carrier_options(carrier, settings.public_url());
    if (!options) {
      problems.insert(problems.end(), options.error().begin(), options.error().end());
    }
  }
  std::set<std::string> trunks;
  for (const auto& trunk : settings.trunks) {
    if (!is_carrier_name(trunk.name)) {
      problems.push_back(
          "each [[trunk]] needs a name of letters, digits and hyphens other than \"sandbox\", for "
          "example: name = \"acme\"");
    } else if (!trunks.insert(trunk.name).second) {
      problems.push_back(fmt::format("two trunks are named \"{}\"", trunk.name));
    } else if (const auto problem = check_trunk(trunk, settings.voice); !problem.empty()) {
      problems.push_back(fmt::format("trunk \"{}\": {}", trunk.name, problem));
    }
  }
  for (auto& problem : check_verify(settings.email, settings.whatsapp)) {
    problems.push_back(std::move(problem));
  }
  if (!settings.store_database.empty()) {
    const auto described = storage::describe_postgres(settings.store_database);
    if (!described) problems.push_back(described.error().text);
    if (!settings.store_file.empty()) {
      problems.push_back("store.file and store.database exclude each other");
    }
  }
  if (settings.http_certificate.empty() != settings.http_key.empty()) {
    problems.push_back("http.certificate and http.key go together");
  }
  return problems;
}

}  // namespace

Result<Settings> read_settings(const std::string& file) {
  Settings settings;
  if (file.empty()) return settings;
  TRY_ASSIGN(const auto text, config::read_file(file));
  std::string listed;
  for (const auto& problem : describe(settings).read(text)) {
    listed += fmt::format("{}:{}: {}\n", file, problem.line, problem.text);
  }
  for (const auto& problem : cross_check(settings))
    listed += fmt::format("{}: {}\n", file, problem);
  if (!listed.empty()) {
    listed.pop_back();
    return fail(Errc::invalid_parameter, listed);
  }
  return settings;
}

}  // namespace cloudvno::app
