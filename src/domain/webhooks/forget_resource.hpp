// Taking what a resource said out of its events, deliveries and their log, when the resource
// forgets it or goes. In the transaction in which that happens.
//
// What a resource has of them is bounded by its states, and found by its SID. A delivery that is on
// its way just then still arrives; what is logged of it, and repeated, is without the content.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "domain/webhooks/delivery.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::webhooks {

// These become empty texts.
struct Content {
  std::vector<std::string> members;  // of an event's data
  std::vector<std::string> fields;   // of a callback
};
// The bytes that were sent, and the answers, are gone from the log of attempts.
Result<> forget_in_resource(storage::Transaction& tx, const vault::Keys& keys,
                            const AccountSid& account, std::string_view resource_sid,
                            const Content& content);
// Only the answers are gone.
Result<> forget_answers(storage::Transaction& tx, const vault::Keys& keys,
                        const AccountSid& account, std::string_view resource_sid);
// Events, deliveries and their log. What waits is not sent any more.
void delete_of_resource(storage::Transaction& tx, const AccountSid& account,
                        std::string_view resource_sid);

// The attempt as the log keeps it of a delivery whose content is gone.
void forget_exchange(Attempt& attempt);

}  // namespace cloudvno::webhooks
