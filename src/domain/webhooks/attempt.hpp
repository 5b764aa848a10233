// One attempt of a delivery: sign, send, and the fallback URL when the first fails.
#pragma once

#include "base/clock.hpp"
#include "domain/accounts/account.hpp"
#include "domain/webhooks/delivery.hpp"
#include "domain/webhooks/sender.hpp"

namespace cloudvno::webhooks {

// The request with its signatures, as it goes out. Errc::internal_error where the account's secret
// cannot sign.
Result<OutgoingCallback> sign_callback(const accounts::Account& account, const Delivery& delivery,
                                       std::string_view url, const http::Fields& fields, Time now);

struct AttemptOutcome {
  std::optional<http::Response> response;  // of the last request made
  std::string url;                         // of that request
  std::string failure;                     // empty on success
};

// Sends nothing that is not signed.
net::Task<AttemptOutcome> attempt(Sender& sender, const accounts::Account& account,
                                  const Delivery& delivery, const Clock& clock);

}  // namespace cloudvno::webhooks
