// Where a PostgreSQL server is, read from the operator's line.
#include "platform/storage/postgres/address.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <map>
#include <memory>

namespace cloudvno::storage::postgres {
namespace {

using Options = std::map<std::string, std::string>;

constexpr std::string_view default_socket_folder = "/var/run/postgresql";
constexpr std::string_view system_authorities = "/etc/ssl/certs/ca-certificates.crt";

std::unexpected<Error> refuse(std::string why) {
  return fail(Errc::invalid_parameter, "store.database: " + std::move(why));
}

Result<Options> parse(const std::string& url) {
  const auto unreadable = [] {
    return refuse(
        "this is no PostgreSQL address. Write postgresql://USER:PASSWORD@HOST:PORT/DATABASE; "
        "characters such as @ : / ? # % in the password are written as %40 %3A %2F %3F %23 %25.");
  };
  if (!url.starts_with("postgresql://") && !url.starts_with("postgres://")) return unreadable();
  char* ignored = nullptr;  // it may repeat parts of the line
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> parsed(
      PQconninfoParse(url.c_str(), &ignored), &PQconninfoFree);
  PQfreemem(ignored);
  if (!parsed) return unreadable();
  Options options;
  for (const auto* option = parsed.get(); option->keyword; ++option) {
    if (option->val) options[option->keyword] = option->val;
  }
  return options;
}

std::string take(Options& options, const std::string& name) {
  const auto found = options.extract(name);
  return found ? found.mapped() : std::string();
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts(1);
  for (const char c : list) {
    if (c == ',') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Letters, digits and `others`.
bool is_plain(std::string_view text, std::string_view others) {
  return std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || others.contains(c);
  });
}

Result<std::vector<Host>> take_hosts(Options& options) {
  const auto names = split(take(options, "host"));
  const auto addresses = split(take(options, "hostaddr"));
  const auto ports = split(take(options, "port"));
  const auto count = std::max(names.size(), addresses.size());
  if ((names.size() != count && names.front() != "") ||
      (addresses.size() != count && addresses.front() != "") ||
      (ports.size() != count && ports.size() != 1)) {
    return refuse("it has not as many ports or addresses as hosts.");
  }
  std::vector<Host> hosts;
  for (std::size_t i = 0; i < count; ++i) {
    Host host;
    if (i < names.size()) host.name = names[i];
    if (i < addresses.size()) host.address = addresses[i];
    host.port = ports[std::min(i, ports.size() - 1)];
    if (host.name.empty() && host.address.empty()) host.name = default_socket_folder;
    if (host.name.empty()) host.name = host.address;
    // What stands here by mistake may be half a password.
    if (!is_plain(host.name, "._-:/") || !is_plain(host.address, ".:") ||
        !std::ranges::all_of(host.port, is_digit)) {
      return refuse(
          "its host or port has characters that none has: write @ : / in the password as %40 %3A "
          "%2F.");
    }
    hosts.push_back(std::move(host));
  }
  return hosts;
}

Result<> demand_tls(Options& options) {
  const auto keep_at = [&](const char* name, std::string_view only) {
    return options.emplace(name, only).first->second == only;
  };
  if (!keep_at("sslmode", "verify-full")) {
    return refuse(
        "the server is not on this machine, so the link must be under TLS with its name checked: "
        "leave sslmode out or write sslmode=verify-full, and name the authority that signed its "
        "certificate by sslrootcert=FILE.");
  }
  if (!keep_at("ssl_min_protocol_version", "TLSv1.3")) {
    return refuse(
        "the server is not on this machine, so the link must be under TLS 1.3: leave "
        "ssl_min_protocol_version out.");
  }
  options.emplace("sslrootcert", system_authorities);
  return {};
}

Result<std::chrono::milliseconds> take_connect_wait(Options& options) {
  const auto text = take(options, "connect_timeout");
  if (text.empty()) return ServerAddress().connect_wait;
  int seconds = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (read.ptr != text.data() + text.size() || seconds < 1 || seconds > 60) {
    return refuse("connect_timeout is a number of seconds from 1 to 60.");
  }
  return std::chrono::seconds(seconds);
}

}  // namespace

bool Host::is_local() const {
  const auto& where = address.empty() ? name : address;
  if (where.starts_with('/') || where == "localhost") return true;
  boost::system::error_code error;
  const auto ip = boost::asio::ip::make_address(where, error);
  return !error && ip.is_loopback();
}

std::string ServerAddress::str(const Host& host) const {
  const auto port = host.port.empty() ? std::string() : ":" + host.port;
  return fmt::format("PostgreSQL at {}{}, database {}", host.name, port, database);
}

std::string ServerAddress::str() const {
  return str(hosts.front());
}

Result<ServerAddress> read_address(const std::string& url) {
  TRY_ASSIGN(auto options, parse(url));
  for (const auto* never : {"service", "replication"}) {
    if (options.contains(never)) return refuse(fmt::format("{} cannot be used.", never));
  }
  ServerAddress address;
  TRY_ASSIGN(address.hosts, take_hosts(options));
  TRY_ASSIGN(address.connect_wait, take_connect_wait(options));
  address.database = options.contains("dbname") ? options["dbname"] : std::string();
  if (address.database.empty() || !is_plain(address.database, "_-.")) {
    return refuse(
        "it names no database of letters, digits, hyphens and underscores: …@HOST:PORT/DATABASE.");
  }
  if (std::ranges::all_of(address.hosts, &Host::is_local)) {
    options.emplace("sslmode", "disable");
  } else {
    TRY(demand_tls(options));
  }
  // Of several servers only the one that takes writes, for reads too.
  if (address.hosts.size() > 1) options.emplace("target_session_attrs", "read-write");
  options.emplace("gssencmode", "disable");
  options.emplace("application_name", "cloudvno");
  options.emplace("keepalives_idle", "5");
  options.emplace("keepalives_interval", "2");
  options.emplace("keepalives_count", "3");
  options.emplace("tcp_user_timeout", "5000");
  options["client_encoding"] = "UTF8";
  address.options.assign(options.begin(), options.end());
  return address;
}

}  // namespace cloudvno::storage::postgres
