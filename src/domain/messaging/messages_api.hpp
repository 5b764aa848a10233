// The routes of /v1/messages: one file for each thing that they do.
#pragma once

#include <functional>

#include "domain/api/api.hpp"
#include "domain/messaging/accept_message.hpp"
#include "domain/messaging/message.hpp"
#include "domain/messaging/overload.hpp"
#include "domain/webhooks/outbox.hpp"

namespace cloudvno::messaging {

struct ApiParts {
  Overload& overload;
  const vault::Vault& vault;
  const Outbound& outbound;
  const webhooks::Outbox& outbox;
  // Called on the control thread for each message that is on the disk and waits to be sent, and
  // with what is to be told of a change that is on the disk.
  std::function<void(Accepted)> accepted;
  std::function<void(std::vector<webhooks::Delivery>)> kept;
};

void mount_messages(api::Api& api, const ApiParts& parts);
// Errc::service_unavailable.
Error too_fast();
// Whether it is for a route of these that makes messages.
bool makes_messages(const http::Request& request);

// The handlers, whose requests `parts` outlives.
net::Task<Result<api::Answer>> send_message(api::Request& request, const ApiParts& parts);
net::Task<Result<api::Answer>> send_batch(api::Request& request, const ApiParts& parts);
net::Task<Result<api::Answer>> change_message(api::Request& request, const ApiParts& parts);
net::Task<Result<api::Answer>> remove_message(api::Request& request);
net::Task<Result<api::Answer>> list_media_of(api::Request& request);
net::Task<Result<api::Answer>> read_media_of(api::Request& request);

// The message that the path names, as the caller may see it. Errc::not_found.
Result<Message> find_asked(storage::Transaction& tx, const api::Request& request,
                           storage::RowLock lock = storage::RowLock::none);
api::Answer answer_with(int status, const Message& message);

}  // namespace cloudvno::messaging
