// Health, metrics, documentation and the console.
#include "app/site.hpp"

#include <fmt/format.h>

#include "app/reference.hpp"
#include "base/embedded.hpp"
#include "base/metrics.hpp"

namespace cloudvno::app {
namespace {

std::string_view content_type_of(std::string_view path) {
  if (path.ends_with(".html")) return "text/html; charset=utf-8";
  if (path.ends_with(".css")) return "text/css; charset=utf-8";
  if (path.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (path.ends_with(".svg")) return "image/svg+xml";
  if (path.ends_with(".yaml")) return "application/yaml; charset=utf-8";
  return "text/plain; charset=utf-8";
}

http::Response plain(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  response.headers.add("Cache-Control", "no-store");
  response.body = std::move(body);
  return response;
}

bool is_loopback(std::string_view peer) {
  return peer.starts_with("127.") || peer == "::1" || peer.starts_with("::ffff:127.");
}

}  // namespace

Site::Site(std::function<std::string()> not_ready_because)
    : not_ready_because_(std::move(not_ready_because)) {
  for (const auto& file : embedded::console()) {
    pages_["/console/" + std::string(file.path)] = {std::string(content_type_of(file.path)),
                                                    std::string(file.data)};
  }
  for (const auto& file : embedded::docs()) {
    pages_["/docs/" + std::string(file.path)] = {std::string(content_type_of(file.path)),
                                                 std::string(file.data)};
  }
  pages_["/docs/errors"] = {"text/html; charset=utf-8", error_page()};
  pages_["/docs/errors.css"] = {"text/css; charset=utf-8", std::string(error_page_style())};
}

http::Response Site::page(const Page& page) const {
  http::Response response;
  response.headers.add("Content-Type", page.content_type);
  response.headers.add(
      "Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
      "img-src 'self' data: blob:; media-src blob:; base-uri 'none'; frame-ancestors 'none'; "
      "form-action 'none'");
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.headers.add("Referrer-Policy", "no-referrer");
  response.headers.add("Cross-Origin-Opener-Policy", "same-origin");
  response.headers.add("Cache-Control", "no-cache");
  response.body = page.body;
  return response;
}

std::optional<http::Response> Site::handle(const http::Request& request) const {
  if (request.path.starts_with("/v1/")) return std::nullopt;
  if (request.method != "GET" && request.method != "HEAD") return std::nullopt;
  if (request.path == "/healthz") return plain(200, "ok\n");
  if (request.path == "/readyz") {
    const auto reason = not_ready_because_();
    return reason.empty() ? plain(200, "ready\n") : plain(503, reason + "\n");
  }
  // Figures of the whole platform: for the operator's own collector on this machine.
  if (request.path == "/metrics" && is_loopback(request.peer)) {
    auto response = plain(200, metrics::print_all());
    response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    return response;
  }
  if (request.path == "/" || request.path == "/console" || request.path == "/console/") {
    if (request.path != "/console/") {
      http::Response response = plain(302, "");
      response.headers.add("Location", "/console/");
      return response;
    }
    if (const auto index = pages_.find("/console/index.html"); index != pages_.end())
      return page(index->second);
  }
  if (const auto found = pages_.find(request.path); found != pages_.end())
    return page(found->second);
  return std::nullopt;
}

}  // namespace cloudvno::app
