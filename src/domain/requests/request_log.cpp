// Queue, batches, route.
#include "domain/requests/request_log.hpp"

#include "base/metrics.hpp"
#include "domain/requests/client_network.hpp"
#include "domain/requests/user_agent.hpp"

namespace cloudvno::requests {
namespace {

namespace json = boost::json;

metrics::Counter& dropped() {
  static auto& counter = metrics::counter("cloudvno_request_log_dropped_total",
                                          "Lines of the request log that found its queue full.");
  return counter;
}

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::object to_json(const LoggedRequest& request) {
  return {{"sid", request.id.view()},
          {"api_key_sid", request.key.view()},
          {"method", request.method},
          {"route", request.route},
          {"status", request.status},
          {"duration_ms", static_cast<double>(request.duration.count()) / 1'000},
          {"network", text_or_null(request.network)},
          {"browser", text_or_null(request.browser)},
          {"system", text_or_null(request.system)},
          {"date_created", to_iso8601(request.received)}};
}

net::Task<Result<api::Answer>> list(api::Request& request) {
  static constexpr std::string_view methods[] = {"GET", "POST", "DELETE"};
  auto in = request.input();
  CO_TRY_ASSIGN(const auto page, api::read_page_query(in, "RQ", "RQ"));
  CO_TRY_ASSIGN(const auto method, in.optional_word("method", methods));
  CO_TRY_ASSIGN(const auto route, in.optional_text("route", 128));
  CO_TRY_ASSIGN(const auto status, in.optional_integer("status", 100, 599));
  CO_TRY_ASSIGN(const auto key, in.optional_text("api_key_sid", 34));
  CO_TRY_ASSIGN(const auto created_after, in.optional_time("created_after"));
  CO_TRY_ASSIGN(const auto created_before, in.optional_time("created_before"));
  CO_TRY(in.finish());
  api::Conditions conditions;
  conditions.add_owner(request.account(), request.caller->live);
  conditions.add_made_from(request.caller->visible_from(request.received));
  if (request.caller->scopes != api::ScopeSet::all()) {
    conditions.add("api_key_sid", request.caller->key, api::Index::alone);
  }
  if (method) conditions.add("method", *method);
  if (route) conditions.add("route", *route, api::Index::of_account);
  if (status) conditions.add("status", *status, api::Index::of_account);
  if (key) conditions.add("api_key_sid", *key, api::Index::alone);
  if (created_after) conditions.add_made_from(*created_after);
  if (created_before) conditions.add_made_before(*created_before);
  conditions.add_page(page);
  CO_TRY_ASSIGN(const auto requests, co_await request.database.read([&](storage::Transaction& tx) {
    return list_requests(tx, *request.caller->keys, conditions, page);
  }));
  std::vector<json::object> rows;
  for (const auto& logged : requests) rows.push_back(to_json(logged));
  co_return api::page_answer(page, std::move(rows), request.raw.path, request.raw.query);
}

}  // namespace

RequestLog::RequestLog(storage::Database& database) : database_(database) {
  dropped();  // a figure that reads 0 from the start
}

void RequestLog::mount(api::Api& api) {
  api.add({"GET", "/v1/request_logs", std::nullopt, api::RateGroup::messages, false, list});
  api.on_answered([this](const api::Answered& answered) { note(answered); });
}

void RequestLog::note(const api::Answered& answered) {
  if (waiting_.size() == most_waiting) {
    dropped().add();
    return;
  }
  const auto agent = read_user_agent(answered.raw.headers.value("User-Agent"));
  LoggedRequest request;
  request.id = answered.id;
  request.account = answered.caller.account;
  request.key = answered.caller.key;
  request.live = answered.caller.live;
  request.method = answered.route.method;
  request.route = answered.route.pattern;
  request.status = answered.status;
  request.received = answered.received;
  request.duration = answered.duration;
  request.network = client_network(answered.raw.peer);
  request.browser = agent.browser;
  request.system = agent.system;
  waiting_.push_back({std::move(request), answered.caller.keys});
}

net::Task<bool> RequestLog::write_step(std::size_t count) {
  const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
  const auto written = co_await database_.transact(
      [lines = std::vector(waiting_.begin(), end)](storage::Transaction& tx) -> Result<> {
        insert_requests(tx, lines);
        return {};
      });
  if (!written) co_return false;
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
  co_return true;
}

net::Task<> RequestLog::write() {
  for (auto left = std::min(waiting_.size(), batch); left > 0;) {
    const auto count = std::min(left, step);
    if (!co_await write_step(count)) co_return;
    left -= count;
  }
}

net::Task<> RequestLog::finish() {
  for (auto left = waiting_.size() + 1; waiting_.size() < left && !waiting_.empty();) {
    left = waiting_.size();
    co_await write();
  }
}

}  // namespace cloudvno::requests
