// SQL of the tables webhook_endpoint and event.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "domain/api/page.hpp"
#include "domain/webhooks/endpoint.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::webhooks {

void insert_endpoint(storage::Transaction& tx, const vault::Keys& keys, const Endpoint& endpoint);
// What its owner may change, and its status.
void update_endpoint(storage::Transaction& tx, const vault::Keys& keys, const Endpoint& endpoint);
void delete_endpoint(storage::Transaction& tx, const EndpointSid& sid);
// Errc::not_found.
Result<Endpoint> find_endpoint(storage::Transaction& tx, const vault::Keys& keys,
                               const AccountSid& account, const EndpointSid& sid);
Result<std::vector<Endpoint>> list_endpoints(storage::Transaction& tx, const vault::Keys& keys,
                                             const api::Conditions& conditions,
                                             const api::PageQuery& page);
std::int64_t count_enabled(storage::Transaction& tx, const AccountSid& account, bool live);
// The enabled ones that take this type of event.
std::vector<EndpointSid> list_takers(storage::Transaction& tx, const AccountSid& account, bool live,
                                     std::string_view event_type);
// Notes the first failure of a day, or the first success after a failure.
void note_failing(storage::Transaction& tx, Endpoint& endpoint, Time now);
void note_working(storage::Transaction& tx, const EndpointSid& sid);
// False if it was disabled before.
bool disable_endpoint(storage::Transaction& tx, const EndpointSid& sid, std::string_view because,
                      Time now);

void insert_event(storage::Transaction& tx, const vault::Keys& keys, const Event& event);
Result<std::vector<Event>> list_events(storage::Transaction& tx, const vault::Keys& keys,
                                       const api::Conditions& conditions,
                                       const api::PageQuery& page);
// All of one resource.
Result<std::vector<Event>> list_events_of(storage::Transaction& tx, const vault::Keys& keys,
                                          const AccountSid& account, std::string_view resource_sid);
void update_event_data(storage::Transaction& tx, const vault::Keys& keys, const Event& event);

}  // namespace cloudvno::webhooks
