// SQL of the table verification_delivery: codes that wait to be brought out.
#pragma once

#include <vector>

#include "domain/verify/verification.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::verify {

struct CodeDelivery {
  VerificationSid verification;
  int number = 1;  // of the verification's sends
  AccountSid account;
  Channel channel = Channel::email;
  int tries = 0;
  auto key() const { return std::pair(verification, number); }
};

void insert_delivery(storage::Transaction& tx, const CodeDelivery& delivery, std::string_view owner,
                     Time now);
// At most so many whose time has come, the oldest first.
std::vector<CodeDelivery> list_due_deliveries(storage::Transaction& tx, std::string_view owner,
                                              Channel channel, Time now, std::int64_t most);
// It was tried in vain.
void postpone_delivery(storage::Transaction& tx, const CodeDelivery& delivery, Time due_at);
void delete_delivery(storage::Transaction& tx, const CodeDelivery& delivery);
// All rows of one owner become another's; answers how many (cluster::Adoption).
std::int64_t move_deliveries(storage::Transaction& tx, std::string_view from, std::string_view to);

}  // namespace cloudvno::verify
