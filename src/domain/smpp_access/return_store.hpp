// SQL of the table smpp_return: what goes back to a customer over SMPP.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/model/phone_number.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/smpp_access/credential.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::smpp_access {

// What became of a message that the customer sent.
struct Outcome {
  std::vector<std::string> ids;  // message_ids, a receipt for each
  std::string status;            // "delivered", "undelivered", "failed", "canceled"
  int error = 0;                 // of delivery_errors.hpp
  Time submitted_at;
  Time done_at;
};

// A receipt, or an inbound message: then there is no outcome, and `body` is its text.
struct Return {
  SmppCredentialSid credential;
  MessageSid message;
  AccountSid account;
  PhoneNumber from;  // of the deliver_sm: of a receipt the recipient
  PhoneNumber to;
  std::string body;
  std::optional<Outcome> outcome;
  std::int64_t attempts = 0;
  Time created_at;
};

// In the transaction of the state change. A second one of the same message is none.
void insert_return(storage::Transaction& tx, const vault::Keys& keys, const Return& one);
bool any_waiting(storage::Transaction& tx, const SmppCredentialSid& credential, Time now);
// Makes the oldest that wait the owner's. Those that cannot be read are deleted.
std::vector<Return> claim_returns(storage::Transaction& tx, const vault::Keys& keys,
                                  const SmppCredentialSid& credential, std::string_view owner,
                                  Time now, std::int64_t most);
void delete_return(storage::Transaction& tx, const Return& one);
// Nobody's again, and to be tried at that time.
void postpone_return(storage::Transaction& tx, const Return& one, std::string_view owner,
                     std::int64_t attempts, Time next_attempt_at);
void release_returns(storage::Transaction& tx, const SmppCredentialSid& credential,
                     std::string_view owner);
// All of an owner that is gone are nobody's (cluster::Adoption).
std::int64_t free_returns(storage::Transaction& tx, std::string_view owner);

}  // namespace cloudvno::smpp_access
