// Events: what happened to a resource, told to the account's webhook endpoints (product.md section
// 7).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/model/sid.hpp"
#include "base/time.hpp"
#include "domain/api/caller.hpp"

namespace cloudvno::webhooks {

struct EventType {
  std::string_view name;
  std::optional<api::Scope> scope;  // that reading it needs; none: any key of the account
};
// All that there are; a room that makes a new one adds its line in event.cpp.
std::span<const EventType> event_types();
const EventType* find_event_type(std::string_view name);

struct Event {
  EventSid sid;
  AccountSid account;
  bool live = false;
  std::string type;
  std::string resource_sid;
  std::int64_t sequence = 0;  // of the resource's events
  std::string data;           // the resource as the API shows it, a JSON object
  Time created_at;
};

// {"id","type","timestamp","sequence","data"}: the body that endpoints get.
std::string print_event(const Event& event);

// The scope that a delivery's kind needs to be read: an event's type, or a callback's kind.
std::optional<api::Scope> scope_of_kind(std::string_view kind);
// The kinds that a caller may read.
std::vector<std::string_view> readable_kinds(const api::ScopeSet& scopes);

}  // namespace cloudvno::webhooks
