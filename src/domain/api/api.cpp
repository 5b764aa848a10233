// The way of a request: route, key, scope, rate, parameters, handler, answer.
#include "domain/api/api.hpp"

#include "base/log.hpp"
#include "domain/api/idempotency.hpp"

namespace cloudvno::api {
namespace {

std::vector<std::string_view> split_path(std::string_view path) {
  std::vector<std::string_view> parts;
  if (path.starts_with('/')) path.remove_prefix(1);
  while (true) {
    const auto slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

bool is_argument(std::string_view part) {
  return part.starts_with('{');
}

std::string_view bearer_key(const http::Request& request) {
  const auto header = request.headers.value("Authorization");
  constexpr std::string_view scheme = "Bearer ";
  if (header.size() <= scheme.size() ||
      !http::equal_ignoring_case(header.substr(0, scheme.size()), scheme)) {
    return {};
  }
  return header.substr(scheme.size());
}

}  // namespace

net::Task<Result<Answer>> Request::commit(
    std::function<Result<Answer>(storage::Transaction&)> body) {
  if (!idempotency) co_return co_await database.transact(std::move(body));
  co_return co_await database.transact([&](storage::Transaction& tx) -> Result<Answer> {
    TRY_ASSIGN(auto answer, body(tx));
    TRY(keep_answer(tx, *caller, *idempotency, answer, received));
    return answer;
  });
}

Api::Api(storage::Database& database, const Clock& clock, Authenticator& authenticator,
         std::string public_url)
    : database_(database),
      clock_(clock),
      authenticator_(authenticator),
      docs_url_(std::move(public_url) + "/docs/errors") {}

void Api::add(Route route) {
  std::vector<std::string> parts;
  for (const auto part : split_path(route.pattern)) parts.emplace_back(part);
  patterns_.push_back(std::move(parts));
  routes_.push_back(std::move(route));
}

Api::Match Api::match(const http::Request& request) const {
  Match found;
  const auto parts = split_path(request.path);
  bool found_spelled_out = false;  // what a path spells out is no argument of another
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    const auto& pattern = patterns_[i];
    if (pattern.size() != parts.size()) continue;
    const bool fits = std::ranges::equal(pattern, parts, [](const auto& want, const auto& have) {
      return is_argument(want) ? !have.empty() : want == have;
    });
    if (!fits) continue;
    const bool spelled_out = std::ranges::none_of(pattern, is_argument);
    if (found_spelled_out && !spelled_out) continue;
    found_spelled_out |= spelled_out;
    if (routes_[i].method != request.method) {
      if (!found.allowed.empty()) found.allowed += ", ";
      found.allowed += routes_[i].method;
      continue;
    }
    found.route = &routes_[i];
    for (std::size_t j = 0; j < parts.size(); ++j) {
      if (!is_argument(pattern[j])) continue;
      // What does not decode names nothing, and so is not found.
      found.arguments.push_back(http::percent_decode(parts[j]).value_or(std::string()));
    }
    return found;
  }
  return found;
}

net::Task<Result<Answer>> Api::run_idempotent(const Route& route, Request& request) {
  auto& key = *request.idempotency;
  const auto running = running_->emplace(request.account(), key.index);
  if (!running.second) co_return fail(Errc::idempotency_key_in_use);
  struct Release {
    std::shared_ptr<RunningKeys> running;
    RunningKeys::iterator which;
    ~Release() { running->erase(which); }
  } const release{running_, running.first};
  auto kept = co_await database_.read([&](storage::Transaction& tx) {
    return find_kept_answer(tx, *request.caller, key, request.received);
  });
  if (!kept) co_return std::unexpected(std::move(kept).error());
  if (*kept) co_return std::move(**kept);
  co_return co_await route.handler(request);
}

net::Task<Result<Answer>> Api::run(const http::Request& raw, RequestId id, http::Response& response,
                                   Known& known) {
  auto found = match(raw);
  if (!found.route) {
    if (found.allowed.empty()) co_return fail(Errc::not_found, "There is no such route.");
    response.headers.add("Allow", found.allowed);
    co_return fail(Errc::method_not_allowed);
  }
  const auto& route = *found.route;
  const auto key = bearer_key(raw);
  if (key.empty()) co_return fail(Errc::unauthorized);
  auto caller = authenticator_.cached(key);
  if (!caller) {
    auto answer = co_await authenticator_.authenticate(key);
    if (!answer) co_return std::unexpected(std::move(answer).error());
    caller = std::move(*answer);
  }
  known = {&route, *caller};
  Request request{raw, std::move(*caller), {},       std::move(found.arguments), id, clock_.now(),
                  {},  database_,          docs_url_};
  if (route.scope && !request.caller->scopes.has(*route.scope)) {
    co_return fail(Errc::insufficient_permissions,
                   fmt::format("This route needs the scope {}.", scope_name(*route.scope)));
  }
  const bool lifted = !request.caller->rate_limited;
  const auto rate = limiter_.take(request.caller->key, route.group, lifted, request.received);
  response.headers.add("X-RateLimit-Limit", std::to_string(rate.limit));
  response.headers.add("X-RateLimit-Remaining", std::to_string(rate.remaining));
  response.headers.add("X-RateLimit-Reset", std::to_string(rate.reset_s));
  if (!rate.allowed) {
    Error error{Errc::rate_limit_exceeded, {}, {}, {}, static_cast<int>(rate.retry_after_s)};
    co_return std::unexpected(std::move(error));
  }
  auto parameters = read_parameters(raw);
  if (!parameters) co_return std::unexpected(std::move(parameters).error());
  request.parameters = std::move(*parameters);
  if (route.creates) {
    auto idempotency = read_idempotency_key(raw, *request.caller);
    if (!idempotency) co_return std::unexpected(std::move(idempotency).error());
    request.idempotency = std::move(*idempotency);
    if (request.idempotency) co_return co_await run_idempotent(route, request);
  }
  co_return co_await route.handler(request);
}

net::Task<http::Response> Api::handle(const http::Request& raw) {
  const auto received = clock_.now();
  const auto begun = clock_.elapsed();
  const auto id = RequestId::make(received);
  Known known;
  http::Response response;
  response.headers.add("X-Request-Id", id.str());
  response.headers.add("Cache-Control", "no-store");
  Result<Answer> answer = fault("the handler threw");
  try {
    answer = co_await run(raw, id, response, known);
  } catch (const std::exception& exception) {
    answer = fault(fmt::format("exception: {}", exception.what()));
  }
  if (!answer) {
    const auto& error = answer.error();
    if (error.code == Errc::internal_error || !error.detail.empty()) {
      log::error("api.failed", {{"request", id.view()},
                                {"code", error_entry(error.code).name},
                                {"detail", error.detail}});
    }
    auto failure = error_response(error, id.view(), docs_url_);
    response.status = failure.status;
    response.body = std::move(failure.body);
    for (const auto& [name, value] : failure.headers.all()) response.headers.add(name, value);
  } else {
    response.status = answer->status;
    response.body = std::move(answer->body);
    if (!answer->content_type.empty()) {
      response.headers.add("Content-Type", std::move(answer->content_type));
    }
    for (const auto& [name, value] : answer->headers.all()) response.headers.add(name, value);
    if (answer->replayed) response.headers.add("Idempotent-Replayed", "true");
  }
  if (answered_ && known.caller) {
    answered_({raw, *known.caller, *known.route, id, response.status, received,
               clock_.elapsed() - begun});
  }
  co_return response;
}

http::Response Api::refuse(Error error) const {
  const auto id = RequestId::make(clock_.now());
  auto response = error_response(error, id.view(), docs_url_);
  response.headers.add("X-Request-Id", id.str());
  return response;
}

}  // namespace cloudvno::api
