// GET /v1/verify/summary: codes sent and given back, by day, channel and country.
#include <boost/json/array.hpp>
#include <map>

#include "domain/verify/day_store.hpp"
#include "domain/verify/verification_json.hpp"
#include "domain/verify/verify_api.hpp"

namespace cloudvno::verify {
namespace {

namespace json = boost::json;
using Totals = std::map<std::string, DayCounts>;

void add(DayCounts& to, const DayCounts& counts) {
  to.sent += counts.sent;
  to.approved += counts.approved;
  to.blocked += counts.blocked;
}

// {"sms": {"attempts": …}, …}
json::object totals_json(const Totals& totals) {
  json::object object;
  for (const auto& [name, counts] : totals) object[name] = counts_json(counts);
  return object;
}

std::string date_of(Time day) {
  return to_iso8601(day).substr(0, 10);
}

Result<DayQuery> read_query(const api::Request& request) {
  auto in = request.input();
  DayQuery query;
  const auto now = request.received;
  constexpr std::chrono::days usual{30};
  TRY_ASSIGN(const auto after, in.optional_time("created_after"));
  TRY_ASSIGN(const auto before, in.optional_time("created_before"));
  query.from = std::chrono::floor<std::chrono::days>(after.value_or(now - usual));
  query.before = std::chrono::ceil<std::chrono::days>(before.value_or(now + Micros(1)));
  TRY_ASSIGN(auto channel, in.optional_word("channel", channel_names));
  query.channel = std::move(channel).value_or(std::string());
  TRY_ASSIGN(auto country, in.optional_text("country", 2));
  query.country = std::move(country).value_or(std::string());
  TRY(in.finish());
  return query;
}

}  // namespace

net::Task<Result<api::Answer>> summarize(api::Request& request) {
  CO_TRY_ASSIGN(const auto query, read_query(request));
  CO_TRY_ASSIGN(const auto days,
                co_await request.database.read(
                    [&](storage::Transaction& tx) -> Result<std::vector<DayCounts>> {
                      return list_days(tx, request.account(), request.caller->live, query);
                    }));
  DayCounts total;
  Totals channels;
  Totals countries;
  json::array rows;
  for (const auto& counts : days) {
    add(total, counts);
    add(channels[counts.channel], counts);
    if (!counts.country.empty()) add(countries[counts.country], counts);
    auto row = counts_json(counts);
    row["day"] = date_of(counts.day);
    row["channel"] = counts.channel;
    row["country"] = counts.country.empty() ? json::value(nullptr) : json::value(counts.country);
    rows.push_back(std::move(row));
  }
  co_return api::Answer::json(200, {{"total", counts_json(total)},
                                    {"channels", totals_json(channels)},
                                    {"countries", totals_json(countries)},
                                    {"data", std::move(rows)}});
}

}  // namespace cloudvno::verify
