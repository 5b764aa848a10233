// What an application answers to an inbound message: XML with <Message> and <Redirect>, or plain
// text.
#pragma once

#include <vector>

#include "domain/accounts/accounts.hpp"
#include "domain/messaging/accept_message.hpp"
#include "domain/webhooks/outbox.hpp"

namespace cloudvno::messaging {

inline constexpr int most_redirects = 10;        // of one inbound message
inline constexpr std::size_t most_replies = 10;  // of one answer

struct InboundAnswer {
  struct Reply {
    Draft draft;
    std::string action;  // asked after the reply is queued; its answer is again such a document
    std::string action_method;
  };
  std::vector<Reply> replies;
  std::optional<webhooks::Delivery> redirect;
  std::string fault;  // what is wrong with the document, with its number, for the customer to read

  // Filled by keep_inbound_answer, to be handed on after the commit.
  std::vector<Accepted> messages;
  std::vector<webhooks::Delivery> callbacks;

  bool is_empty() const { return replies.empty() && !redirect; }
};

// Pure. A document that cannot be read is a fault and no reply.
InboundAnswer read_inbound_answer(const webhooks::Delivery& delivery,
                                  const http::Response& response);

// In the transaction that marks the callback as delivered, so that a reply is made once. May run
// again.
Result<> keep_inbound_answer(storage::Transaction& tx, const vault::Vault& vault,
                             accounts::Accounts& accounts, const Outbound& outbound,
                             const webhooks::Outbox& outbox, const AccountSid& account,
                             InboundAnswer& answer, Time now);

}  // namespace cloudvno::messaging
