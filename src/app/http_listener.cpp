// The HTTP server in front of the API, the site and HTTP carriers.
#include "app/http_listener.hpp"

#include <filesystem>

#include "base/log.hpp"
#include "platform/net/tls.hpp"

namespace cloudvno::app {
namespace {

Result<> make_certificate_if_needed(const Settings& settings, const Clock& clock) {
  if (!settings.http_certificate.empty()) return {};
  const auto expiry = net::certificate_expiry(settings.certificate_path());
  if (expiry && *expiry > clock.now()) return {};
  log::info("http.local_certificate_made", {{"file", settings.certificate_path()}});
  return net::make_local_certificate({settings.certificate_path(), settings.certificate_key_path()},
                                     {});
}

net::Task<http::Response> answer(api::Api& api, const Site& site, HttpCarriers& carriers,
                                 http::Request request) {
  http::Response response;
  if (auto page = site.handle(request)) {
    response = std::move(*page);
  } else if (HttpCarriers::owns(request)) {
    response = co_await carriers.receive(request);
  } else {
    response = co_await api.handle(request);
  }
  if (!response.headers.find("X-Request-Id")) {
    response.headers.add("X-Request-Id", RequestId::make(SystemClock().now()).str());
  }
  if (request.encrypted)
    response.headers.add("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
  co_return response;
}

Errc refusal_code(int status) {
  switch (status) {
    case 405:
      return Errc::method_not_allowed;
    case 413:
      return Errc::body_too_large;
    case 503:
      return Errc::service_unavailable;
    case 500:
      return Errc::internal_error;
    default:
      return Errc::malformed_request;
  }
}

}  // namespace

Result<std::unique_ptr<HttpListener>> HttpListener::make(const Settings& settings,
                                                         const Clock& clock, api::Api& api,
                                                         const Site& site, HttpCarriers& carriers,
                                                         messaging::Messaging& messaging,
                                                         net::Executor control,
                                                         ListeningSockets& sockets) {
  http_io::ServerOptions options;
  options.threads = static_cast<int>(settings.http_threads);
  TRY(make_certificate_if_needed(settings, clock));
  TRY_ASSIGN(options.tls,
             net::TlsServer::load({settings.certificate_path(), settings.certificate_key_path()},
                                  "http/1.1"));
  options.endpoints = sockets.endpoints(settings);
  options.refuse = [&api](int status, std::string_view reason) {
    Error error{refusal_code(status), std::string(reason), {}, {}, 0};
    auto response = api.refuse(std::move(error));
    response.status = status;
    return response;
  };
  options.admit = [&messaging](const http::Request& request) { return messaging.admit(request); };
  return std::unique_ptr<HttpListener>(
      new HttpListener(std::move(options), api, site, carriers, std::move(control), sockets));
}

HttpListener::HttpListener(http_io::ServerOptions options, api::Api& api, const Site& site,
                           HttpCarriers& carriers, net::Executor control, ListeningSockets& sockets)
    : sockets_(sockets),
      endpoints_(options.endpoints),
      server_(std::move(options), std::move(control),
              [&api, &site, &carriers](http::Request request) {
                return answer(api, site, carriers, std::move(request));
              }) {}

Result<> HttpListener::start() {
  TRY(server_.start());
  sockets_.hold(server_.sockets());
  return {};
}

std::string HttpListener::addresses() const {
  std::string text;
  const auto ports = server_.ports();
  for (std::size_t i = 0; i < endpoints_.size(); ++i) {
    text += fmt::format("{}://{}:{}\n", endpoints_[i].tls ? "https" : "http",
                        endpoints_[i].address == "0.0.0.0" ? "localhost" : endpoints_[i].address,
                        ports[i]);
  }
  return text;
}

net::Task<> HttpListener::drain() {
  constexpr std::chrono::seconds patience{10};
  if (!co_await server_.drain(patience)) log::warn("http.drain_incomplete");
}

void HttpListener::stop() {
  server_.stop();
}

}  // namespace cloudvno::app
