// Media over HTTP.
#include "connectors/media_client/media_client.hpp"

#include "domain/messaging/delivery_errors.hpp"

namespace cloudvno::media_client {

using messaging::MediaFailure;
using messaging::MediaItem;

namespace {

MediaFailure failed(http::SendFailure kind) {
  using enum http::SendFailure;
  switch (kind) {
    case response_too_large:
      return {messaging::error_media_too_large, false};
    case overloaded:
    case dns_failure:
    case connect_failure:
    case connect_timeout:
    case closed_early:
    case response_timeout:
      return {messaging::error_media_not_fetched, true};
    case bad_request:
    case refused_address:
    case tls_failure:
    case protocol_error:
      break;
  }
  return {messaging::error_media_not_fetched, false};
}

bool may_pass(int status) {
  constexpr int request_timeout = 408;
  constexpr int too_many_requests = 429;
  return status >= 500 || status == request_timeout || status == too_many_requests;
}

}  // namespace

net::Task<std::expected<MediaItem, MediaFailure>> MediaClient::fetch(std::string url,
                                                                     std::size_t most_bytes) {
  const MediaFailure never{messaging::error_media_not_fetched, false};
  auto parsed = http::Url::parse(url);
  if (!parsed || (!parsed->https && !allow_http_)) co_return std::unexpected(never);
  http::OutgoingRequest request;
  request.url = std::move(*parsed);
  request.headers.add("User-Agent", "CloudVNO/1");
  request.headers.add("Accept", "image/*, audio/*, video/*, text/*, application/*");
  request.headers.add("Accept-Encoding", "identity");
  request.timeout = timeout_;
  request.max_response_bytes = most_bytes;
  auto answer = co_await client_.send(std::move(request));
  if (!answer) co_return std::unexpected(failed(answer.error().kind));
  if (answer->status != 200) {
    co_return std::unexpected(
        MediaFailure{messaging::error_media_not_fetched, may_pass(answer->status)});
  }
  const auto coding = answer->headers.value("Content-Encoding");
  if (!coding.empty() && !http::equal_ignoring_case(coding, "identity")) {
    co_return std::unexpected(never);
  }
  auto type = messaging::mms_type(answer->headers.value("Content-Type"));
  if (!type) co_return std::unexpected(MediaFailure{messaging::error_media_type, false});
  if (answer->body.empty()) co_return std::unexpected(never);
  co_return MediaItem{std::move(*type), std::move(answer->body)};
}

}  // namespace cloudvno::media_client
