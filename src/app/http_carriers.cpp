// Carriers that are reached over HTTP.
#include "app/http_carriers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/http_carrier/http_carrier.hpp"
#include "platform/net/tls.hpp"

namespace cloudvno::app {

using http_carrier::HttpCarrier;

namespace {

constexpr std::string_view root = "/carriers/";

// Takes what stands before the next slash, and the slash.
std::string_view take_segment(std::string_view& path) {
  const auto slash = path.find('/');
  const auto segment = path.substr(0, slash);
  path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  return segment;
}

http::Response plain(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  response.body = std::move(body);
  return response;
}

}  // namespace

HttpCarriers::HttpCarriers(std::vector<std::unique_ptr<HttpCarrier>> carriers)
    : carriers_(std::move(carriers)) {}
HttpCarriers::~HttpCarriers() = default;

Result<std::unique_ptr<HttpCarriers>> HttpCarriers::make(const Settings& settings,
                                                         messaging::Messaging& messaging,
                                                         net::Resolver& resolver,
                                                         const Clock& clock, net::Executor control,
                                                         net::Executor io) {
  std::vector<std::unique_ptr<HttpCarrier>> made;
  for (const auto& carrier : settings.http_carriers) {
    auto options = http_carrier_options(carrier, settings.public_url());
    if (!options)
      return fail(Errc::invalid_parameter, fmt::format("{}", fmt::join(options.error(), "\n")));
    TRY_ASSIGN(options->tls, net::TlsClient::make(carrier.ca_file));
    made.push_back(std::make_unique<HttpCarrier>(control, io, clock, resolver, std::move(*options),
                                                 messaging));
    messaging.add_carrier(*made.back(), route_of(carrier.name, carrier.route));
  }
  return std::unique_ptr<HttpCarriers>(new HttpCarriers(std::move(made)));
}

void HttpCarriers::start() {
  for (auto& carrier : carriers_) carrier->start();
}

net::Task<> HttpCarriers::stop() {
  for (auto& carrier : carriers_) co_await carrier->stop();
}

std::string HttpCarriers::not_ready_because() const {
  for (const auto& carrier : carriers_) {
    if (!carrier->is_up())
      return fmt::format("no link to carrier {}: {}", carrier->name(), carrier->problem());
  }
  return {};
}

bool HttpCarriers::owns(const http::Request& request) {
  return request.path.starts_with(root);
}

net::Task<http::Response> HttpCarriers::receive(http::Request request) {
  const std::string path = request.path.substr(root.size());
  std::string_view rest = path;
  const auto name = take_segment(rest);
  const auto route = take_segment(rest);
  const bool receipts = route == "receipts";
  const auto carrier =
      std::ranges::find_if(carriers_, [&](const auto& each) { return each->name() == name; });
  if (carrier == carriers_.end() || (!receipts && route != "inbound"))
    co_return plain(404, "there is no such page\n");
  if (request.method != "GET" && request.method != "POST" && request.method != "PUT") {
    auto response = plain(405, "ask by GET or POST\n");
    response.headers.add("Allow", "GET, POST, PUT");
    co_return response;
  }
  co_return co_await (*carrier)->receive(
      receipts ? HttpCarrier::Route::receipts : HttpCarrier::Route::inbound, std::move(request),
      std::string(rest));
}

}  // namespace cloudvno::app
