// The table of event types.
#include "domain/webhooks/event.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cloudvno::webhooks {
namespace {

using enum api::Scope;

constexpr std::array types{
    EventType{"message.queued", messages_read},  // that was scheduled
    EventType{"message.canceled", messages_read},
    EventType{"message.sent", messages_read},
    EventType{"message.delivered", messages_read},
    EventType{"message.undelivered", messages_read},
    EventType{"message.failed", messages_read},
    EventType{"message.received", messages_read},
    EventType{"call.initiated", calls_read},
    EventType{"call.ringing", calls_read},
    EventType{"call.answered", calls_read},
    EventType{"call.completed", calls_read},
    EventType{"call.failed", calls_read},  // busy, no answer, declined, canceled too
    EventType{"recording.available", calls_read},
    EventType{"verification.created", verify_write},
    EventType{"verification.approved", verify_write},
    EventType{"verification.expired", verify_write},
    EventType{"verification.max_attempts_reached", verify_write},
    EventType{"verification.canceled", verify_write},
    EventType{"verification.blocked", verify_write},
    EventType{"number.provisioned", numbers_read},
    EventType{"number.released", numbers_read},
    EventType{"webhook_endpoint.disabled", std::nullopt},
};

// Kinds of resource callbacks.
constexpr std::array callbacks{
    EventType{"message.status", messages_read},
    EventType{"message.inbound", messages_read},
    EventType{"call.status", calls_read},
    EventType{"recording.status", calls_read},
};

}  // namespace

std::span<const EventType> event_types() {
  return types;
}

const EventType* find_event_type(std::string_view name) {
  const auto found = std::ranges::find(types, name, &EventType::name);
  return found == types.end() ? nullptr : &*found;
}

std::string print_event(const Event& event) {
  return fmt::format(R"({{"id":"{}","type":"{}","timestamp":"{}","sequence":{},"data":{}}})",
                     event.sid.view(), event.type, to_iso8601(event.created_at), event.sequence,
                     event.data);
}

std::optional<api::Scope> scope_of_kind(std::string_view kind) {
  if (const auto* type = find_event_type(kind)) return type->scope;
  const auto found = std::ranges::find(callbacks, kind, &EventType::name);
  return found == callbacks.end() ? messages_read : found->scope;
}

std::vector<std::string_view> readable_kinds(const api::ScopeSet& scopes) {
  std::vector<std::string_view> kinds;
  const auto add = [&](const EventType& type) {
    if (!type.scope || scopes.has(*type.scope)) kinds.push_back(type.name);
  };
  std::ranges::for_each(types, add);
  std::ranges::for_each(callbacks, add);
  return kinds;
}

}  // namespace cloudvno::webhooks
