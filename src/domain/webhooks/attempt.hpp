// One attempt of a delivery: sign, send, and the fallback URL when the first fails.
#pragma once

#include <span>
#include <string>

#include "base/clock.hpp"
#include "domain/accounts/account.hpp"
#include "domain/webhooks/delivery.hpp"
#include "domain/webhooks/sender.hpp"

namespace cloudvno::webhooks {

// The request with its signatures, as it goes out. Errc::internal_error where the account's secret
// cannot sign.
// `secrets`: those of Standard Webhooks that sign, the newest first.
Result<OutgoingCallback> sign_callback(const accounts::Account& account, const Delivery& delivery,
                                       std::span<const std::string> secrets, std::string_view url,
                                       const http::Fields& fields, Time now);

struct AttemptOutcome {
  std::optional<http::Response> response;  // of the last request made
  std::string url;                         // of that request
  std::string failure;                     // empty on success
  OutgoingCallback sent;                   // the last request, as it went out
};

// Sends nothing that is not signed.
net::Task<AttemptOutcome> attempt(Sender& sender, const accounts::Account& account,
                                  const Delivery& delivery, std::span<const std::string> secrets,
                                  const Clock& clock);

// What a server that is overloaded asks for (Retry-After in seconds, with 429 or 503): at most an
// hour.
std::optional<std::chrono::seconds> retry_after(const http::Response& response);

}  // namespace cloudvno::webhooks
