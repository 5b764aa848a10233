// SQL of the tables webhook_delivery and webhook_attempt.
#pragma once

#include <optional>
#include <vector>

#include "base/result.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/api/page.hpp"
#include "domain/webhooks/delivery.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::webhooks {

// In the transaction of the state change that it tells of.
void insert_delivery(storage::Transaction& tx, const vault::Keys& keys, const Delivery& delivery,
                     std::string_view owner);
// After an attempt.
enum class Update {
  refused,  // nothing is changed: another attempt of the same number was written before, the
            // delivery is not the owner's any more, or it was deleted
  done,
  forgotten,  // done, and its content is gone: nothing of the attempt's may be kept
};
Update update_delivery(storage::Transaction& tx, const Delivery& delivery, std::string_view owner,
                       Time now);
// What was sent and answered, for insert_attempt().
Bytes seal_exchange(const vault::Keys& keys, const DeliverySid& delivery, const Attempt& attempt);
void insert_attempt(storage::Transaction& tx, const Delivery& delivery, const Attempt& attempt,
                    ByteView exchange);
// All rows of one owner become another's; answers how many (cluster::Adoption).
std::int64_t move_deliveries(storage::Transaction& tx, std::string_view from, std::string_view to);

// What pending deliveries of an owner go to, and when the first of them is due. The next one after
// `after` in the order of the index.
struct DueEndpoint {
  Bytes endpoint;
  Time first;
};
std::optional<DueEndpoint> next_due_endpoint(storage::Transaction& tx, std::string_view owner,
                                             ByteView after);
// Pending deliveries to one endpoint that are due by `until`, oldest first, at most `most`. Those
// past their time are passed over; those whose account cannot be opened are left out.
std::vector<Delivery> list_due_deliveries(storage::Transaction& tx, accounts::Accounts& accounts,
                                          std::string_view owner, ByteView endpoint, Time until,
                                          std::int64_t most);
// When the first after `until` is due.
std::optional<Time> next_due_time(storage::Transaction& tx, std::string_view owner,
                                  ByteView endpoint, Time until);

// All of one resource, which nobody else changes until the end of the transaction.
Result<std::vector<Delivery>> list_deliveries_of(storage::Transaction& tx, const vault::Keys& keys,
                                                 const AccountSid& account,
                                                 std::string_view resource_sid);
// Writes the request, from which the content was taken.
void forget_request(storage::Transaction& tx, const vault::Keys& keys, const Delivery& delivery);
void update_exchange(storage::Transaction& tx, const vault::Keys& keys, const DeliverySid& delivery,
                     const Attempt& attempt);

// For the API. Errc::not_found.
Result<Delivery> find_delivery(storage::Transaction& tx, const vault::Keys& keys,
                               const AccountSid& account, const DeliverySid& sid);
Result<std::vector<Delivery>> list_deliveries(storage::Transaction& tx, const vault::Keys& keys,
                                              const api::Conditions& conditions,
                                              const api::PageQuery& page);
Result<std::vector<Attempt>> list_attempts(storage::Transaction& tx, const vault::Keys& keys,
                                           const DeliverySid& sid);

// Makes a delivery that ended pending again. False where it is pending already.
bool replay_delivery(storage::Transaction& tx, const DeliverySid& sid, std::string_view owner,
                     Time now);
// The same for at most `most` that failed at an endpoint and were made since then. Answers how
// many.
std::int64_t replay_failed(storage::Transaction& tx, const AccountSid& account,
                           const EndpointSid& endpoint, Time since, std::string_view owner,
                           Time now, std::int64_t most);

}  // namespace cloudvno::webhooks
