// Requests to a call's application.
#include "domain/voice/fetcher.hpp"

#include <fmt/format.h>

#include <array>

#include "domain/voice/fetch_options.hpp"
#include "domain/webhooks/attempt.hpp"
#include "protocol/http/resolve.hpp"

namespace cloudvno::voice {
namespace {

constexpr int bad_url = 11100;
constexpr int retrieval = 11200;
constexpr int too_many_redirects = 11215;

bool wants_again(const FetchOptions& options,
                 const std::expected<http::Response, DocumentFailure>& answer) {
  if (!answer) return answer.error().may_pass ? options.on_connect : options.on_read;
  return answer->status >= 500 ? options.on_5xx : answer->status >= 400 && options.on_4xx;
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

}  // namespace

net::Task<std::expected<http::Response, DocumentFailure>> Fetcher::fetch_once(const Ask& ask) {
  const auto [url, fragment] = split_fragment(ask.url);
  const auto options = parse_fetch_options(fragment);
  const auto parsed = http::Url::parse(url);
  if (!parsed) co_return std::unexpected(DocumentFailure{bad_url, "The URL is not valid", false});
  // Signed as a callback is.
  webhooks::Delivery delivery;
  delivery.sid = DeliverySid::make(parts_.clock.now());
  delivery.request.method = ask.method;
  const std::array secrets{account_.webhook_secret};
  auto callback =
      webhooks::sign_callback(account_, delivery, secrets, url, ask.fields, parts_.clock.now());
  if (!callback) {
    co_return std::unexpected(DocumentFailure{retrieval, "The request could not be signed", false});
  }
  DocumentRequest request;
  request.url = std::move(callback->url);
  request.method = std::move(callback->method);
  request.headers = std::move(callback->headers);
  request.body = std::move(callback->body);
  request.connect_timeout = options.connect_timeout;
  request.timeout = options.timeout;
  request.most_bytes = ask.most_bytes;
  if (auto line = cookies_.for_host(parsed->host); !line.empty()) {
    request.headers.add("Cookie", std::move(line));
  }
  for (int tries = 0;; ++tries) {
    auto answer = co_await parts_.documents.fetch(request);
    if (answer) cookies_.take(parsed->host, answer->headers);
    if (tries >= options.retries || !wants_again(options, answer)) co_return answer;
  }
}

net::Task<std::expected<Fetcher::Answer, twiml::Fault>> Fetcher::fetch(Ask ask) {
  for (int hops = 0; hops <= most_redirects; ++hops) {
    auto response = co_await fetch_once(ask);
    if (!response) {
      co_return std::unexpected(twiml::Fault{response.error().code, response.error().text});
    }
    if (!is_redirect(response->status)) {
      if (response->status / 100 != 2) {
        co_return std::unexpected(twiml::Fault{
            retrieval, fmt::format("The application answered HTTP status {}", response->status)});
      }
      Answer answer;
      answer.url = split_fragment(ask.url).url;
      answer.content_type = response->headers.value("Content-Type");
      answer.body = std::move(response->body);
      answer.headers = std::move(response->headers);
      co_return answer;
    }
    auto next = http::resolve_url(ask.url, response->headers.value("Location"));
    if (!next) co_return std::unexpected(twiml::Fault{bad_url, "A redirect's URL is not valid"});
    ask.url = std::move(*next);
    // 307 and 308 repeat the request (RFC 9110 section 15.4.8); the others become a GET, whose
    // parameters are those of the new URL.
    if (response->status < 307 && ask.method == "POST") {
      ask.method = "GET";
      ask.fields.clear();
    }
  }
  co_return std::unexpected(twiml::Fault{too_many_redirects, "There were too many redirects"});
}

}  // namespace cloudvno::voice
