// Requests to customers' servers.
#include "app/outgoing_http.hpp"

namespace cloudvno::app {
namespace {

http_io::ClientOptions client_options() {
  http_io::ClientOptions options;
  options.requests = 512;
  options.requests_per_host = 64;
  options.idle_per_host = 64;
  return options;
}

}  // namespace

Result<std::unique_ptr<OutgoingHttp>> OutgoingHttp::make(const Settings& settings,
                                                         net::Executor io) {
  std::vector<net::AddressRange> allowed;
  for (const auto& text : settings.webhooks_allowed_ranges) {
    const auto range = net::AddressRange::parse(text);
    if (!range) {
      return fail(
          Errc::invalid_parameter,
          fmt::format(
              "webhooks.allowed_ranges: \"{}\" is no address range, for example 10.1.0.0/16",
              text));
    }
    allowed.push_back(*range);
  }
  TRY_ASSIGN(auto tls, net::TlsClient::make(settings.webhooks_ca_file));
  return std::unique_ptr<OutgoingHttp>(
      new OutgoingHttp(settings, std::move(allowed), std::move(tls), std::move(io)));
}

OutgoingHttp::OutgoingHttp(const Settings& settings, std::vector<net::AddressRange> allowed,
                           std::shared_ptr<const net::TlsClient> tls, net::Executor io)
    : guard_(std::move(allowed), net::interface_addresses()),
      resolver_(io),
      client_(io, resolver_, guard_, tls, client_options()),
      large_(io, resolver_, guard_, tls),
      interactive_(io, resolver_, guard_, std::move(tls), client_options()),
      webhook_client_(client_, settings.webhooks_allow_http),
      media_client_(large_, settings.webhooks_allow_http),
      document_client_(interactive_, settings.webhooks_allow_http) {}

}  // namespace cloudvno::app
