// cloudvno check: a doctor. Each finding says what is wrong and what to do; exit code 1 if the
// platform could not run.
#include <fmt/format.h>
#include <sys/stat.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <filesystem>

#include "app/commands/command.hpp"
#include "app/smpp_listener.hpp"
#include "app/store.hpp"
#include "base/clock.hpp"
#include "base/embedded.hpp"
#include "domain/accounts/account_store.hpp"
#include "platform/net/address_guard.hpp"
#include "platform/net/runtime.hpp"
#include "platform/net/tls.hpp"
#include "platform/storage/migrate.hpp"

namespace cloudvno::app {
namespace {

namespace fs = std::filesystem;

class Doctor {
 public:
  explicit Doctor(const Settings& settings) : settings_(settings) {}

  bool examine() {
    clock();
    const bool store_opens = store();
    certificate();
    port("http.port", settings_.http_address, settings_.http_port);
    if (settings_.http_plain_port != 0)
      port("http.plain_port", "127.0.0.1", settings_.http_plain_port);
    smpp_ports();
    callbacks();
    for (const auto& each : settings_.carriers) carrier(each);
    transit();
    return healthy_ && store_opens;
  }

 private:
  void good(std::string_view what, std::string_view text) {
    fmt::print("ok    {:<12} {}\n", what, text);
  }
  void note(std::string_view what, std::string_view text) {
    fmt::print("note  {:<12} {}\n", what, text);
  }
  void bad(std::string_view what, std::string_view text) {
    fmt::print("FAIL  {:<12} {}\n", what, text);
    healthy_ = false;
  }

  void clock() {
    // Signatures and certificates are judged by the clock; a machine that woke in the past is the
    // usual fault.
    constexpr auto built = std::chrono::sys_days{std::chrono::year{2026} / 11 / 1};
    if (SystemClock().now() < built) {
      bad("clock",
          "it stands before this program was written. Set it, and keep it by NTP "
          "(systemd-timesyncd).");
    } else {
      good("clock", to_iso8601(SystemClock().now()));
    }
  }

  bool store() {
    std::error_code error;
    struct stat key{};
    if (stat(settings_.root_key_path().c_str(), &key) == 0 && (key.st_mode & 077) != 0) {
      bad("root key", fmt::format("others can read {}: chmod 600 it", settings_.root_key_path()));
      return false;
    }
    if (settings_.store_is_embedded() && !fs::exists(settings_.store_path(), error)) {
      note("store",
           fmt::format("{} is not there yet; the first start makes it", settings_.store_path()));
      return true;
    }
    net::Loop loop("check");
    auto database = open_store(settings_, loop.executor(), StoreUse::command);
    if (!database) {
      bad("store", describe(database.error()));
      return false;
    }
    const auto vault = open_vault(settings_, **database);
    if (!vault) {
      bad("root key", describe(vault.error()));
      return false;
    }
    const auto accounts =
        (*database)->read_now([&](storage::Transaction& tx) -> Result<std::size_t> {
          const auto all = accounts::list_accounts(tx);
          if (!all.empty()) TRY(accounts::find_account(tx, **vault, all.front().sid));
          return all.size();
        });
    if (!accounts) {
      bad("root key", fmt::format("it does not open this store: {}", describe(accounts.error())));
      return false;
    }
    const auto free = fs::space(settings_.data_dir, error).available;
    constexpr std::uintmax_t little = 1ull << 30;
    good("store", fmt::format("{}, {} accounts", settings_.store_name(), *accounts));
    if (!error && free < little)
      bad("disk", fmt::format("{} MiB left at {}: free some", free >> 20, settings_.data_dir));
    return true;
  }

  void certificate() {
    std::error_code error;
    if (settings_.http_certificate.empty() && !fs::exists(settings_.certificate_path(), error)) {
      return note("certificate",
                  "none configured; the first start makes a local one, which browsers warn of");
    }
    const auto loaded =
        net::TlsServer::load({settings_.certificate_path(), settings_.certificate_key_path()});
    if (!loaded) return bad("certificate", describe(loaded.error()));
    const auto expiry = net::certificate_expiry(settings_.certificate_path());
    if (!expiry) return bad("certificate", describe(expiry.error()));
    const auto now = SystemClock().now();
    if (*expiry <= now)
      return bad("certificate", fmt::format("it ended {}: renew it", to_iso8601(*expiry)));
    if (*expiry <= now + std::chrono::days(14))
      return note("certificate", fmt::format("it ends {}: renew it soon", to_iso8601(*expiry)));
    good("certificate", fmt::format("valid until {}", to_iso8601(*expiry)));
  }

  void port(std::string_view name, const std::string& address, std::int64_t number) {
    using boost::asio::ip::tcp;
    boost::system::error_code error;
    const auto ip = boost::asio::ip::make_address(address, error);
    if (error) return bad(name, fmt::format("\"{}\" is no IP address", address));
    boost::asio::io_context context;
    tcp::acceptor acceptor(context);
    const tcp::endpoint endpoint(ip, static_cast<std::uint16_t>(number));
    acceptor.open(endpoint.protocol(), error);
    acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    acceptor.bind(endpoint, error);
    if (!error) return good(name, fmt::format("{}:{} is free", address, number));
    if (error == boost::asio::error::address_in_use) {
      return note(
          name,
          fmt::format(
              "{}:{} is in use, by a running cloudvno or another program (ss -ltnp shows which)",
              address, number));
    }
    bad(name, fmt::format("{}:{} cannot be bound: {}", address, number, error.message()));
  }

  void smpp_ports() {
    if (!settings_.smpp_server_enabled) return;
    if (settings_.smpp_server_tls_port != 0) {
      port("smpp.tls", settings_.smpp_server_address, settings_.smpp_server_tls_port);
    }
    if (settings_.smpp_server_plain_port != 0) {
      port("smpp.plain", plain_smpp_address(settings_), settings_.smpp_server_plain_port);
    }
  }

  void callbacks() {
    for (const auto& range : settings_.webhooks_allowed_ranges) {
      if (!net::AddressRange::parse(range))
        bad("webhooks", fmt::format("\"{}\" is no address range, for example 10.1.0.0/16", range));
    }
    if (!settings_.webhooks_allowed_ranges.empty())
      note("webhooks",
           "callbacks may reach non-global addresses (webhooks.allowed_ranges): right on a desk, "
           "wrong in production");
  }

  void carrier(const CarrierSettings& carrier) {
    using boost::asio::ip::tcp;
    boost::asio::io_context context;
    tcp::resolver resolver(context);
    tcp::socket socket(context);
    boost::system::error_code error;
    const auto name = fmt::format("carrier {}", carrier.name);
    const auto endpoints = resolver.resolve(carrier.host, std::to_string(carrier.port), error);
    if (error)
      return bad(name, fmt::format("{} does not resolve: {}", carrier.host, error.message()));
    bool connected = false;
    boost::system::error_code failure = boost::asio::error::timed_out;
    boost::asio::async_connect(socket, endpoints,
                               [&](const boost::system::error_code& result, const tcp::endpoint&) {
                                 failure = result;
                                 connected = !result;
                               });
    context.run_for(std::chrono::seconds(5));
    if (connected) return good(name, fmt::format("{}:{} answers", carrier.host, carrier.port));
    bad(name, fmt::format("{}:{} does not answer ({}): check host, port and the carrier's list of "
                          "allowed addresses",
                          carrier.host, carrier.port, failure.message()));
  }

  // The register of links that are not under TLS 1.3 (privacy policy, "all data in transit");
  // loopback is no transit.
  void transit() {
    int exceptions = 0;
    for (const auto& each : settings_.carriers) {
      if (each.tls || each.host == "127.0.0.1" || each.host == "::1" || each.host == "localhost")
        continue;
      note("transit",
           fmt::format("carrier {} is reached over plain SMPP: an exception from TLS 1.3",
                       each.name));
      ++exceptions;
    }
    for (const auto& each : settings_.http_carriers) {
      if (!is_plain(each)) continue;
      note("transit",
           fmt::format("carrier {} is reached over plain HTTP: an exception from TLS 1.3",
                       each.name));
      ++exceptions;
    }
    const auto plain = plain_smpp_address(settings_);
    if (settings_.smpp_server_enabled && settings_.smpp_server_plain_port != 0 &&
        plain != "127.0.0.1" && plain != "::1") {
      note("transit",
           "customers may bind over plain SMPP (smpp_server.allow_plain): an exception from TLS "
           "1.3");
      ++exceptions;
    }
    for (const auto& each : settings_.trunks) {
      note("transit",
           fmt::format("trunk {}: {}audio goes over RTP in clear: an exception from TLS 1.3",
                       each.name, each.transport == "tls" ? "" : "SIP is not under TLS, and "));
      ++exceptions;
    }
    const auto& email = settings_.email;
    const bool relay_is_plain = email.security == "none";
    if (!email.host.empty() && !email.is_on_this_machine() &&
        (relay_is_plain || email.least_tls != "1.3")) {
      note("transit", fmt::format("the mail relay may be reached {}: an exception from TLS 1.3",
                                  relay_is_plain ? "in clear" : "under TLS 1.2"));
      ++exceptions;
    }
    if (settings_.webhooks_allow_http) {
      note("transit", "callbacks may go in clear (webhooks.allow_http): an exception from TLS 1.3");
      ++exceptions;
    }
    if (exceptions == 0) good("transit", "every link that leaves this machine is under TLS 1.3");
  }

  const Settings& settings_;
  bool healthy_ = true;
};

}  // namespace

// What a restart of a running platform needs: that this program can read its settings, certificate
// and store. Changes nothing.
Result<> judge_restart(const Settings& settings) {
  if (!settings.http_certificate.empty()) {
    TRY(net::TlsServer::load({settings.certificate_path(), settings.certificate_key_path()}));
  }
  net::Loop loop("check");
  TRY_ASSIGN(const auto database, open_database(settings, loop.executor(), StoreUse::command));
  TRY_ASSIGN(const auto pending, storage::pending_migrations(*database, embedded::migrations()));
  fmt::print(stderr, "cloudvno {}: a restart would serve this store; {} migrations to come\n",
             CLOUDVNO_VERSION, pending);
  return {};
}

void add_check(CLI::App& program, CommandContext& context) {
  auto restart = std::make_shared<bool>(false);
  auto* command = program.add_subcommand(
      "check", "Examine configuration, files, ports, certificate, store, carriers and clock");
  command->add_flag("--restart", *restart,
                    "Only whether this program could go on where the running one stands");
  command->callback([&context, restart] {
    const auto settings = context.settings();
    if (!settings) return;
    if (!*restart) {
      context.exit_code = Doctor(*settings).examine() ? 0 : 1;
      return;
    }
    const auto judged = judge_restart(*settings);
    if (!judged) context.complain(judged.error());
  });
}

}  // namespace cloudvno::app
