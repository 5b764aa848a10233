// The front of the HTTP API: the table of routes, and the way of a request through it.
//
// Order: route (404, 405) → API key (401) → scope (403) → rate limit (429) → parameters (400, 415)
// → kept answer of the Idempotency-Key (409, 422) → handler. Runs on the control thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "domain/api/rate_limiter.hpp"
#include "domain/api/request.hpp"

namespace cloudvno::api {

using Handler = std::function<net::Task<Result<Answer>>(Request&)>;

struct Route {
  std::string method;
  std::string pattern;         // "/v1/messages/{sid}"
  std::optional<Scope> scope;  // nothing: the handler judges by the resource
  RateGroup group;
  bool creates = false;  // takes Idempotency-Key
  Handler handler;
};

// A request that an API key made, answered. Lives for the call.
struct Answered {
  const http::Request& raw;
  const Caller& caller;
  const Route& route;
  RequestId id;
  int status;
  Time received;
  Micros duration;
};

class Api {
 public:
  // `public_url` is how customers reach this server, for doc_url and callbacks' links:
  // "https://host".
  Api(storage::Database& database, const Clock& clock, Authenticator& authenticator,
      std::string public_url);

  // Before the first request. A path that is spelled out comes before those that it would fit as an
  // argument.
  void add(Route route);
  const std::vector<Route>& routes() const { return routes_; }

  net::Task<http::Response> handle(const http::Request& request);

  // Before the first request. Called with each answer to a known key, before it leaves; it must not
  // wait. What has no route or no valid key is nobody's, and is not told.
  void on_answered(std::function<void(const Answered&)> call) { answered_ = std::move(call); }

  // A refusal from below the routes (malformed HTTP), with the same error body.
  http::Response refuse(Error error) const;

 private:
  struct Match {
    const Route* route = nullptr;
    std::vector<std::string> arguments;
    std::string allowed;  // methods of the path, where the method did not fit
  };

  // What is found out about a request on its way.
  struct Known {
    const Route* route = nullptr;
    CallerPtr caller;
  };

  Match match(const http::Request& request) const;
  net::Task<Result<Answer>> run(const http::Request& raw, RequestId id, http::Response& response,
                                Known& known);
  net::Task<Result<Answer>> run_idempotent(const Route& route, Request& request);

  storage::Database& database_;
  const Clock& clock_;
  Authenticator& authenticator_;
  std::string docs_url_;
  std::vector<Route> routes_;
  std::vector<std::vector<std::string>> patterns_;  // of routes_, split at '/'
  RateLimiter limiter_;
  std::function<void(const Answered&)> answered_;
  // Idempotency-Keys whose first request still runs. Shared: a request that outlives the drain
  // takes its key out after we are gone.
  using RunningKeys = std::set<std::pair<AccountSid, Bytes>>;
  std::shared_ptr<RunningKeys> running_ = std::make_shared<RunningKeys>();
};

}  // namespace cloudvno::api
