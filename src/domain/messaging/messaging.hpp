// The front of messaging: builds its parts, mounts its routes, stands between the carriers and the
// rest.
#pragma once

#include <map>
#include <string>

#include "domain/api/api.hpp"
#include "domain/messaging/carriers.hpp"
#include "domain/messaging/dispatcher.hpp"
#include "domain/messaging/manage_submitted.hpp"
#include "domain/messaging/media_fetches.hpp"
#include "domain/messaging/submit_part.hpp"

namespace cloudvno::messaging {

// Lives on the control thread.
class Messaging final : public CarrierListener {
 public:
  // Tells `node` how its queue changes owners, so before node.join().
  Messaging(storage::Database& database, cluster::Node& node, const vault::Vault& vault,
            accounts::Accounts& accounts, webhooks::Webhooks& webhooks, MediaSource& media,
            const Clock& clock, net::Executor control, std::string public_url);

  // Before mount(): the carriers outlive this object.
  void add_carrier(Carrier& carrier, routing::Route route);
  void mount(api::Api& api);

  // Retries, pauses that ended, messages that only the store holds: call every tenth of a second or
  // so.
  void tick();
  net::Task<> stop();

  // A message that another room sends for its account, as POST /v1/messages takes one.
  net::Task<Result<Message>> send(Draft draft);
  // The same in two halves, for a room that makes it in a transaction of its own: the first in the
  // body, from any thread, Errc of accept_message(); the second after the commit. admits() before
  // both.
  Result<> admits() const;
  Result<Accepted> accept(storage::Transaction& tx, const vault::Keys& keys, const Draft& draft,
                          Time now) const {
    return accept_message(tx, vault_, keys, outbound_, draft, now);
  }
  void accepted(Accepted accepted) { dispatcher_.queued(std::move(accepted)); }
  // A message, or a part of one, from a customer's own link. Answers once it is on the disk: what
  // the customer knows it by.
  net::Task<Result<std::string>> submit(SubmittedPart part);
  // What a customer's own link asks of what it submitted (manage_submitted.hpp).
  net::Task<Result<Message>> find(SubmittedRef which);
  net::Task<Result<>> cancel(SubmittedRef which);
  net::Task<Result<>> cancel_to(SubmittedRef from, PhoneNumber to);
  net::Task<Result<>> replace(Replacement replacement);
  // Sends what waits too long for its missing parts. Every few seconds.
  net::Task<> end_overdue_submits();

  // CarrierListener
  void on_window_open(Carrier& carrier) override;
  void on_receipt(Carrier& carrier, Receipt receipt, std::function<void(Intake)> done) override;
  void on_inbound(Carrier& carrier, InboundPart part, std::function<void(Intake)> done) override;

  std::size_t waiting() const { return dispatcher_.waiting(); }
  // What a request is to hold until it is answered; nothing where it is to be refused, because
  // messages come faster than they go out. From any thread: so that it need not come to us.
  Overload::Place admit(const http::Request& request);

 private:
  net::Task<> take_receipt(std::string carrier, Receipt receipt, std::function<void(Intake)> done);
  net::Task<> take_inbound(std::string carrier, InboundPart part, std::function<void(Intake)> done);
  webhooks::SuccessEffect answer_inbound(const webhooks::Delivery& delivery,
                                         const http::Response& response);

  storage::Database& database_;
  const vault::Vault& vault_;
  accounts::Accounts& accounts_;
  webhooks::Webhooks& webhooks_;
  const Clock& clock_;
  Dispatcher dispatcher_;
  MediaFetches media_fetches_;
  const Outbound outbound_;
  std::map<std::string, std::size_t> waiting_receipts_;  // for their ids, by carrier
  net::TaskGroup tasks_;
};

}  // namespace cloudvno::messaging
