// A request on its way through a route: who asks, with which parameters, and how it is committed.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "base/model/sid.hpp"
#include "domain/api/answer.hpp"
#include "domain/api/caller.hpp"
#include "domain/api/input.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::api {

// An Idempotency-Key as it is kept: no text of the customer's, only keyed and plain hashes.
struct IdempotencyKey {
  Bytes index;         // blind index of mode and key
  Bytes request_hash;  // SHA-256 of method, path and body
};

// Lives in the frame of the dispatching coroutine, on the control thread.
struct Request {
  const http::Request& raw;
  CallerPtr caller;
  boost::json::object parameters;
  std::vector<std::string> path_arguments;  // the {…} of the pattern, decoded, in order
  RequestId id;
  Time received;
  std::optional<IdempotencyKey> idempotency;
  storage::Database& database;
  std::string_view docs_url;  // the page of all error codes

  Input input() const { return Input(parameters); }
  const AccountSid& account() const { return caller->account; }

  // Runs the body that makes the resource, and keeps its answer under the Idempotency-Key in the
  // same transaction: after a crash between commit and answer, the same key gives the same answer.
  // Every creating route ends in it. The body runs on a storage thread: it must not touch what the
  // control thread owns.
  net::Task<Result<Answer>> commit(std::function<Result<Answer>(storage::Transaction&)> body);
};

}  // namespace cloudvno::api
