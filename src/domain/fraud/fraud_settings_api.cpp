// /v1/fraud/settings: how an account is guarded.
#include "domain/fraud/fraud_settings_api.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <ranges>

#include "domain/fraud/fraud_store.hpp"

namespace cloudvno::fraud {
namespace {

namespace json = boost::json;

constexpr std::size_t most_countries = 300;
constexpr std::string_view enforcements[] = {"enforce", "monitor"};
constexpr std::string_view sensitivities[] = {"low", "normal", "high"};

struct Seen {
  Settings settings;
  std::vector<std::string> home;
};

api::Answer answer_with(const Seen& seen) {
  const auto& settings = seen.settings;
  json::array countries;
  for (const auto& country : settings.countries ? *settings.countries : seen.home) {
    countries.emplace_back(country);
  }
  return api::Answer::json(200, {{"enforcement", name_of(settings.enforcement)},
                                 {"sensitivity", name_of(settings.sensitivity)},
                                 {"block_score", settings.block_score},
                                 {"block_hours", settings.block_hours},
                                 {"countries", std::move(countries)},
                                 {"own_region", !settings.countries},
                                 {"date_updated", api::json_time(settings.updated_at)}});
}

// A list may be one text, with commas; in any case.
std::vector<std::string> countries_of(const std::vector<std::string>& lists) {
  std::vector<std::string> countries;
  for (const auto& list : lists) {
    for (const auto part : std::views::split(list, ',')) {
      std::string country(std::string_view(part.begin(), part.end()));
      std::ranges::transform(country, country.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      });
      if (!country.empty()) countries.push_back(std::move(country));
    }
  }
  return countries;
}

// What a request changes; what it leaves out stays.
struct Change {
  std::optional<std::string> enforcement;
  std::optional<std::string> sensitivity;
  std::optional<std::int64_t> block_score;
  std::optional<std::int64_t> block_hours;
  std::optional<std::vector<std::string>> countries;

  static Result<Change> read(const api::Request& request, const lookup::NumberingPlan& plan) {
    Change change;
    auto in = request.input();
    TRY_ASSIGN(change.enforcement, in.optional_word("enforcement", enforcements));
    TRY_ASSIGN(change.sensitivity, in.optional_word("sensitivity", sensitivities));
    TRY_ASSIGN(change.block_score, in.optional_integer("block_score", 50, 100));
    TRY_ASSIGN(change.block_hours, in.optional_integer("block_hours", 1, 168));
    TRY_ASSIGN(const auto lists,
               in.optional_texts("countries", most_countries, 3 * most_countries));
    TRY(in.finish());
    if (!lists) return change;
    change.countries = countries_of(*lists);
    for (const auto& country : *change.countries) {
      if (plan.find_country(country)) continue;
      return fail(Errc::invalid_parameter,
                  "`countries` is a list of codes of countries (ISO 3166-1), such as US,CA.",
                  "countries");
    }
    std::ranges::sort(*change.countries);
    const auto twice = std::ranges::unique(*change.countries);
    change.countries->erase(twice.begin(), twice.end());
    return change;
  }
  void apply(Settings& settings) const {
    if (enforcement) {
      settings.enforcement =
          *enforcement == "monitor" ? Enforcement::monitor : Enforcement::enforce;
    }
    if (sensitivity) {
      settings.sensitivity = *sensitivity == "low"    ? Sensitivity::low
                             : *sensitivity == "high" ? Sensitivity::high
                                                      : Sensitivity::normal;
    }
    if (block_score) settings.block_score = static_cast<int>(*block_score);
    if (block_hours) settings.block_hours = static_cast<int>(*block_hours);
    if (countries) settings.countries = countries;
    // None: as before anything was set.
    if (countries && countries->empty()) settings.countries.reset();
  }
};

Result<Seen> find(storage::Transaction& tx, const api::Caller& caller, storage::RowLock lock) {
  Seen seen;
  TRY_ASSIGN(seen.settings, find_settings(tx, *caller.keys, caller.account, caller.live, lock));
  seen.home = list_home_countries(tx, caller.account, caller.live);
  return seen;
}

net::Task<Result<api::Answer>> read(api::Request& request) {
  CO_TRY(request.input().finish());
  CO_TRY_ASSIGN(const auto seen, co_await request.database.read([&](storage::Transaction& tx) {
    return find(tx, *request.caller, storage::RowLock::none);
  }));
  co_return answer_with(seen);
}

net::Task<Result<api::Answer>> update(api::Request& request, FraudGuard& guard,
                                      const lookup::Data& data, const Clock& clock) {
  CO_TRY_ASSIGN(const auto change, Change::read(request, data.plan()));
  const auto& caller = *request.caller;
  CO_TRY_ASSIGN(const auto seen,
                co_await request.database.transact(
                    [&, now = clock.now()](storage::Transaction& tx) -> Result<Seen> {
                      TRY_ASSIGN(auto changed, find(tx, caller, storage::RowLock::wait));
                      change.apply(changed.settings);
                      changed.settings.updated_at = now;
                      keep_settings(tx, *caller.keys, caller.account, caller.live, changed.settings,
                                    now);
                      return changed;
                    }));
  guard.forget_rules(caller.account, caller.live);
  co_return answer_with(seen);
}

}  // namespace

void mount_fraud_settings(api::Api& api, FraudGuard& guard, const lookup::Data& data,
                          const Clock& clock) {
  const auto scope = api::Scope::verify_write;
  const auto group = api::RateGroup::verification;
  api.add({"GET", "/v1/fraud/settings", scope, group, false,
           [](api::Request& request) { return read(request); }});
  api.add({"POST", "/v1/fraud/settings", scope, group, false,
           [&guard, &data, &clock](api::Request& request) {
             return update(request, guard, data, clock);
           }});
}

}  // namespace cloudvno::fraud
