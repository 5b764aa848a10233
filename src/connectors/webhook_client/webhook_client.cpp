// Callbacks over HTTP.
#include "connectors/webhook_client/webhook_client.hpp"

namespace cloudvno::webhook_client {

net::Task<std::expected<http::Response, std::string>> WebhookClient::send(
    webhooks::OutgoingCallback callback) {
  constexpr std::chrono::seconds timeout{10};
  auto url = http::Url::parse(callback.url);
  if (!url) co_return std::unexpected("bad_request: the URL is not valid");
  if (!url->https && !allow_http_) {
    co_return std::unexpected("bad_request: this platform sends callbacks to https URLs only");
  }
  http::OutgoingRequest request;
  request.url = std::move(*url);
  request.method = std::move(callback.method);
  request.headers = std::move(callback.headers);
  request.headers.add("User-Agent", "CloudVNO/1");
  request.headers.add("Accept", "*/*");
  request.body = std::move(callback.body);
  request.timeout = timeout;
  auto answer = co_await client_.send(std::move(request));
  if (!answer) {
    co_return std::unexpected(
        fmt::format("{}: {}", http::name_of(answer.error().kind), answer.error().text));
  }
  co_return std::move(*answer);
}

}  // namespace cloudvno::webhook_client
