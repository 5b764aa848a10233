// Verifications and counts as JSON.
#include "domain/verify/verification_json.hpp"

#include <boost/json/array.hpp>
#include <cmath>

namespace cloudvno::verify {

namespace json = boost::json;

namespace {

json::value or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

}  // namespace

json::object to_json(const Verification& verification, Time now) {
  const auto& request = verification.request;
  json::array reasons;
  for (const auto& reason : verification.risk_reasons) {
    reasons.push_back({{"name", reason.name}, {"points", reason.points}});
  }
  return {{"sid", verification.sid.view()},
          {"account_sid", verification.account.view()},
          {"to", verification.to},
          {"channel", channel_name(verification.channel)},
          {"status", status_name(verification.shown_status(now))},
          {"locale", request.locale},
          {"custom_message", or_null(request.custom_message)},
          {"domain", or_null(request.domain)},
          {"from", or_null(request.from)},
          {"client_address", or_null(request.client_address)},
          {"code_length", request.code_length},
          {"valid_for", request.valid_for.count()},
          {"max_attempts", request.max_attempts},
          {"attempts", verification.attempts},
          {"sends", verification.sends},
          {"country", or_null(verification.country)},
          {"risk", {{"score", verification.risk_score}, {"reasons", std::move(reasons)}}},
          {"delivery_status", or_null(verification.delivery_status)},
          {"delivery_error", or_null(verification.delivery_error)},
          {"date_created", to_iso8601(verification.created_at)},
          {"date_updated", to_iso8601(verification.updated_at)},
          {"date_sent", to_iso8601(verification.last_sent_at)},
          {"date_expires", to_iso8601(verification.expires_at)}};
}

json::object counts_json(const DayCounts& counts) {
  // Four decimals: one in ten thousand.
  const double rate = counts.sent == 0 ? 0
                                       : std::round(1e4 * static_cast<double>(counts.approved) /
                                                    static_cast<double>(counts.sent)) /
                                             1e4;
  return {{"attempts", counts.sent},
          {"converted", counts.approved},
          {"blocked", counts.blocked},
          {"conversion_rate", rate}};
}

}  // namespace cloudvno::verify
