// /v1/fraud: safe numbers, blocked prefixes, and what was judged.
#include "domain/fraud/fraud_api.hpp"

#include <boost/json/array.hpp>

#include "domain/fraud/fraud_settings_api.hpp"
#include "domain/fraud/fraud_store.hpp"
#include "domain/lookup/lines.hpp"

namespace cloudvno::fraud {
namespace {

namespace json = boost::json;

constexpr std::int64_t most_safe_numbers = 1'000;
constexpr std::int64_t most_hours = 24 * 30;

json::object to_json(const SafeNumber& number) {
  return {{"phone_number", number.number.e164()}, {"date_created", to_iso8601(number.created_at)}};
}

json::object to_json(const Block& block, Time now) {
  return {{"sid", block.sid.view()},
          {"prefix", "+" + block.prefix},
          {"reason", block.reason},
          {"active", block.stands(now)},
          {"date_created", to_iso8601(block.created_at)},
          {"ends_at", to_iso8601(block.ends_at)},
          {"lifted_at", api::json_time(block.lifted_at)}};
}

// "neighbouring_numbers 75, prefix_velocity 25"
json::array reasons_json(std::string_view text) {
  json::array reasons;
  while (!text.empty()) {
    const auto comma = std::min(text.find(", "), text.size());
    const auto one = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 2, text.size()));
    const auto space = one.find(' ');
    if (space == std::string_view::npos) continue;
    const bool negative = one.substr(space + 1).starts_with('-');
    const auto points = lookup::read_number(one.substr(space + (negative ? 2 : 1))).value_or(0);
    reasons.push_back(json::object{
        {"name", one.substr(0, space)},
        {"points", negative ? -static_cast<std::int64_t>(points) : std::int64_t{points}}});
  }
  return reasons;
}

json::object to_json(const Judgement& judgement, Time at) {
  return {{"sid", judgement.sid.view()},
          {"to", judgement.to.e164()},
          {"channel", judgement.channel},
          {"score", judgement.score},
          {"reasons", reasons_json(judgement.reasons)},
          {"blocked", judgement.blocked},
          {"date_created", to_iso8601(at)}};
}

// The time that a SID begins with.
Time made_at(std::string_view sid) {
  std::int64_t milliseconds = 0;
  for (const char c : sid.substr(2, 12)) {
    milliseconds = milliseconds * 16 + (c <= '9' ? c - '0' : c - 'a' + 10);
  }
  return Time(std::chrono::milliseconds(milliseconds));
}

class Routes {
 public:
  Routes(FraudGuard& guard, const Clock& clock) : guard_(guard), clock_(clock) {}

  static net::Task<Result<api::Answer>> list_safe(api::Request& request) {
    CO_TRY(request.input().finish());
    const auto& caller = *request.caller;
    CO_TRY_ASSIGN(const auto numbers, co_await request.database.read([&](storage::Transaction& tx) {
      return list_safe_numbers(tx, *caller.keys, caller.account, caller.live);
    }));
    json::array rows;
    for (const auto& number : numbers) rows.push_back(to_json(number));
    co_return api::Answer::json(200, {{"data", std::move(rows)}});
  }

  net::Task<Result<api::Answer>> add_safe(api::Request& request) const {
    auto in = request.input();
    CO_TRY_ASSIGN(const auto number, in.phone_number("phone_number"));
    CO_TRY(in.finish());
    const auto& caller = *request.caller;
    const SafeNumber safe{guard_.one_form_of(number), clock_.now()};
    auto answer = co_await request.commit([&](storage::Transaction& tx) -> Result<api::Answer> {
      if (count_safe_numbers(tx, caller.account, caller.live) >= most_safe_numbers) {
        return fail(Errc::wrong_state, "There are 1,000 safe numbers already.");
      }
      insert_safe_number(tx, *caller.keys, caller.account, caller.live, safe);
      touch_version(tx, *caller.keys, caller.account, caller.live);
      return api::Answer::json(201, to_json(safe));
    });
    guard_.forget_rules(caller.account, caller.live);
    co_return answer;
  }

  net::Task<Result<api::Answer>> remove_safe(api::Request& request) const {
    CO_TRY(request.input().finish());
    const auto number = PhoneNumber::parse(request.path_arguments[0]);
    if (!number) co_return fail(Errc::invalid_phone_number, {}, "phone_number");
    const auto& caller = *request.caller;
    CO_TRY(co_await request.database.transact([&](storage::Transaction& tx) -> Result<> {
      if (!delete_safe_number(tx, *caller.keys, caller.account, caller.live, *number)) {
        return fail(Errc::not_found);
      }
      touch_version(tx, *caller.keys, caller.account, caller.live);
      return {};
    }));
    guard_.forget_rules(caller.account, caller.live);
    co_return api::Answer::empty();
  }

  net::Task<Result<api::Answer>> list_all_blocks(api::Request& request) const {
    auto in = request.input();
    CO_TRY_ASSIGN(const auto page, api::read_page_query(in, "FB", "FB"));
    CO_TRY(in.finish());
    const auto& caller = *request.caller;
    api::Conditions conditions;
    conditions.add_owner(caller.account, caller.live);
    conditions.add_made_from(caller.visible_from(request.received));
    conditions.add_page(page);
    CO_TRY_ASSIGN(const auto blocks, co_await request.database.read([&](storage::Transaction& tx) {
      return list_blocks(tx, *caller.keys, conditions, page);
    }));
    std::vector<json::object> rows;
    for (const auto& block : blocks) rows.push_back(to_json(block, clock_.now()));
    co_return api::page_answer(page, std::move(rows), request.raw.path, request.raw.query);
  }

  net::Task<Result<api::Answer>> make_block(api::Request& request) const {
    auto in = request.input();
    CO_TRY_ASSIGN(auto prefix, in.text("prefix", 20));
    CO_TRY_ASSIGN(const auto hours, in.optional_integer("hours", 1, most_hours));
    CO_TRY(in.finish());
    // In a form an unescaped plus is a space.
    if (prefix.starts_with('+') || prefix.starts_with(' ')) prefix.erase(0, 1);
    const bool digits = std::ranges::all_of(prefix, [](char c) { return c >= '0' && c <= '9'; });
    if (!digits || prefix.size() < 2 || prefix.size() > 15 || prefix.front() == '0') {
      co_return fail(
          Errc::invalid_parameter,
          "`prefix` is how numbers in E.164 begin: 2 to 15 digits, with or without a plus.",
          "prefix");
    }
    const auto& caller = *request.caller;
    const auto now = clock_.now();
    const Block block{FraudBlockSid::make(now),
                      caller.account,
                      caller.live,
                      prefix,
                      "manual",
                      now,
                      now + std::chrono::hours(hours.value_or(12)),
                      std::nullopt};
    auto answer = co_await request.commit([&](storage::Transaction& tx) -> Result<api::Answer> {
      if (count_standing_blocks(tx, caller.account, caller.live, now) >=
          static_cast<std::int64_t>(Profile::most_blocks)) {
        return fail(Errc::wrong_state,
                    "There are 2,000 blocks already; make one of a shorter prefix.");
      }
      insert_block(tx, *caller.keys, block);
      touch_version(tx, *caller.keys, caller.account, caller.live);
      return api::Answer::json(201, to_json(block, now));
    });
    guard_.forget_rules(caller.account, caller.live);
    co_return answer;
  }

  net::Task<Result<api::Answer>> lift(api::Request& request) const {
    CO_TRY(request.input().finish());
    const auto sid = FraudBlockSid::parse(request.path_arguments[0]);
    if (!sid) co_return fail(Errc::not_found);
    const auto& caller = *request.caller;
    const auto now = clock_.now();
    CO_TRY(co_await request.database.transact([&](storage::Transaction& tx) -> Result<> {
      TRY(find_block(tx, *caller.keys, caller.account, caller.live, *sid));
      if (!lift_block(tx, caller.account, *sid, now)) {
        return fail(Errc::wrong_state, "The block has ended already.");
      }
      touch_version(tx, *caller.keys, caller.account, caller.live);
      return {};
    }));
    guard_.forget_rules(caller.account, caller.live);
    co_return api::Answer::empty();
  }

  static net::Task<Result<api::Answer>> list_all_judgements(api::Request& request) {
    auto in = request.input();
    CO_TRY_ASSIGN(const auto page, api::read_page_query(in, "FJ", "FJ"));
    CO_TRY_ASSIGN(const auto blocked, in.optional_boolean("blocked"));
    CO_TRY_ASSIGN(const auto created_after, in.optional_time("created_after"));
    CO_TRY_ASSIGN(const auto created_before, in.optional_time("created_before"));
    CO_TRY(in.finish());
    const auto& caller = *request.caller;
    api::Conditions conditions;
    conditions.add_owner(caller.account, caller.live);
    conditions.add_made_from(caller.visible_from(request.received));
    if (blocked) conditions.add("blocked", *blocked);
    if (created_after) conditions.add_made_from(*created_after);
    if (created_before) conditions.add_made_before(*created_before);
    conditions.add_page(page);
    CO_TRY_ASSIGN(const auto judgements,
                  co_await request.database.read([&](storage::Transaction& tx) {
                    return list_judgements(tx, *caller.keys, conditions, page);
                  }));
    std::vector<json::object> rows;
    for (const auto& judgement : judgements) {
      rows.push_back(to_json(judgement, made_at(judgement.sid.view())));
    }
    co_return api::page_answer(page, std::move(rows), request.raw.path, request.raw.query);
  }

 private:
  FraudGuard& guard_;
  const Clock& clock_;
};

}  // namespace

void mount_fraud(api::Api& api, FraudGuard& guard, const lookup::Data& data, const Clock& clock) {
  const auto scope = api::Scope::verify_write;
  const auto group = api::RateGroup::verification;
  const auto routes = std::make_shared<const Routes>(guard, clock);
  mount_fraud_settings(api, guard, data, clock);
  api.add({"GET", "/v1/fraud/safe_numbers", scope, group, false, Routes::list_safe});
  api.add({"POST", "/v1/fraud/safe_numbers", scope, group, true,
           [routes](api::Request& request) { return routes->add_safe(request); }});
  api.add({"DELETE", "/v1/fraud/safe_numbers/{number}", scope, group, false,
           [routes](api::Request& request) { return routes->remove_safe(request); }});
  api.add({"GET", "/v1/fraud/blocks", scope, group, false,
           [routes](api::Request& request) { return routes->list_all_blocks(request); }});
  api.add({"POST", "/v1/fraud/blocks", scope, group, true,
           [routes](api::Request& request) { return routes->make_block(request); }});
  api.add({"DELETE", "/v1/fraud/blocks/{sid}", scope, group, false,
           [routes](api::Request& request) { return routes->lift(request); }});
  api.add({"GET", "/v1/fraud/judgements", scope, group, false, Routes::list_all_judgements});
}

}  // namespace cloudvno::fraud
