// One attempt of a delivery.
#include "domain/webhooks/attempt.hpp"

#include <algorithm>
#include <charconv>

#include "base/log.hpp"
#include "domain/webhooks/signature.hpp"

namespace cloudvno::webhooks {
namespace {

// HTTP status as the error codes of the TwiML reference have it: 11200 retrieval failed.
constexpr std::string_view retrieval_error = "11200";

// As it is requested, and so as it is signed: without a fragment, and with the path that HTTP
// needs.
std::string requested(std::string_view url) {
  std::string text(url.substr(0, url.find('#')));
  const auto authority = text.find("://");
  const auto path =
      authority == std::string::npos ? authority : text.find_first_of("/?", authority + 3);
  if (path == std::string::npos) {
    text += '/';
  } else if (text[path] == '?') {
    text.insert(path, "/");
  }
  return text;
}

std::string without_fragment(std::string_view url) {
  return std::string(url.substr(0, url.find('#')));
}

}  // namespace

Result<OutgoingCallback> sign_callback(const accounts::Account& account, const Delivery& delivery,
                                       std::span<const std::string> secrets, std::string_view url,
                                       const http::Fields& fields, Time now) {
  OutgoingCallback out;
  out.method = delivery.request.method;
  out.url = requested(url);
  http::Fields signed_fields;
  if (!delivery.request.body.empty()) {
    out.body = delivery.request.body;  // X-CloudVNO-Signature covers the URL alone
    out.headers.add("Content-Type", "application/json");
  } else if (out.method == "GET") {
    if (!fields.empty()) {
      out.url += (out.url.contains('?') ? '&' : '?') + http::print_form(fields);
    }
  } else {
    out.body = http::print_form(fields);
    signed_fields = fields;
    out.headers.add("Content-Type", "application/x-www-form-urlencoded");
  }
  const auto timestamp = to_seconds(now);
  out.headers.add("X-CloudVNO-Signature",
                  cloudvno_signature(account.auth_token, out.url, signed_fields));
  out.headers.add("X-CloudVNO-Sequence", std::to_string(delivery.sequence));
  out.headers.add("webhook-id", delivery.sid.str());
  out.headers.add("webhook-timestamp", std::to_string(timestamp));
  std::string signatures;
  for (const auto& secret : secrets) {
    TRY_ASSIGN(const auto signature,
               standard_signature(secret, delivery.sid.view(), timestamp, out.body));
    if (!signatures.empty()) signatures += ' ';
    signatures += signature;
  }
  out.headers.add("webhook-signature", std::move(signatures));
  if (account.twilio_signature) {
    out.headers.add("X-Twilio-Signature",
                    twilio_signature(account.auth_token, out.url, signed_fields));
  }
  return out;
}

net::Task<AttemptOutcome> attempt(Sender& sender, const accounts::Account& account,
                                  const Delivery& delivery, std::span<const std::string> secrets,
                                  const Clock& clock) {
  AttemptOutcome outcome;
  auto fields = delivery.request.fields;
  std::string url = delivery.request.url;
  std::string fallback = delivery.request.fallback_url;
  while (!url.empty()) {
    outcome.url = url;
    auto callback = sign_callback(account, delivery, secrets, url, fields, clock.now());
    if (!callback) {
      log::error("webhooks.not_signed",
                 {{"delivery", delivery.sid.view()}, {"detail", callback.error().detail}});
      outcome.failure = "the callback could not be signed: the webhook secret is broken";
      co_return outcome;
    }
    outcome.sent = *callback;
    auto answer = co_await sender.send(std::move(*callback));
    if (answer) {
      const int status = answer->status;
      outcome.response = std::move(*answer);
      outcome.failure = status / 100 == 2 ? "" : fmt::format("HTTP status {}", status);
    } else {
      outcome.response.reset();
      outcome.failure = std::move(answer).error();
    }
    if (outcome.failure.empty()) break;
    fields.emplace_back("ErrorCode", retrieval_error);
    fields.emplace_back("ErrorUrl", without_fragment(url));
    url = std::exchange(fallback, std::string());
  }
  co_return outcome;
}

std::optional<std::chrono::seconds> retry_after(const http::Response& response) {
  if (response.status != 429 && response.status != 503) return std::nullopt;
  const auto text = response.headers.value("Retry-After");
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0) return std::nullopt;
  return std::chrono::seconds(std::min(seconds, 3'600));
}

}  // namespace cloudvno::webhooks
