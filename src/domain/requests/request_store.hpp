// Lines of the request log in the store.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/model/sid.hpp"
#include "domain/api/caller.hpp"
#include "domain/api/page.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::requests {

// What is kept of a request: these fields and no others.
struct LoggedRequest {
  RequestId id;
  AccountSid account;
  ApiKeySid key;
  bool live = false;
  std::string method;
  std::string route;  // the pattern: "/v1/messages/{sid}"
  int status = 0;
  Time received;
  Micros duration{0};
  // Of the client; empty where it is not known. Sealed together.
  std::string network;  // "203.0.113.0/24"
  std::string browser;
  std::string system;
};

// A line that waits to be written, with the keys that seal it.
struct PendingRequest {
  LoggedRequest request;
  vault::KeysPtr keys;
};

// Leaves out those of accounts that were erased, and those that are there.
void insert_requests(storage::Transaction& tx, std::span<const PendingRequest> pending);

Result<std::vector<LoggedRequest>> list_requests(storage::Transaction& tx, const vault::Keys& keys,
                                                 const api::Conditions& conditions,
                                                 const api::PageQuery& page);

}  // namespace cloudvno::requests
