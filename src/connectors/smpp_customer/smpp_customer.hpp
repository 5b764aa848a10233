// Where customers' ESMEs bind: listens, lets in, takes messages, brings receipts and inbound ones.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "connectors/smpp_customer/gate.hpp"
#include "connectors/smpp_customer/returns.hpp"
#include "domain/messaging/messaging.hpp"
#include "domain/smpp_access/credential_store.hpp"
#include "platform/cluster/node.hpp"
#include "protocol/smpp/pace.hpp"
#include "protocol/smpp/server.hpp"

namespace cloudvno::smpp_customer {

struct Options {
  std::vector<smpp::ServerOptions> listeners;
  Micros refusal_delay = std::chrono::seconds(1);  // of a wrong bind's answer
  // Most of an account that the operator holds to limits (the API's, product.md section 1).
  std::int64_t most_per_second = 100;
};

// Lives on the control thread; what it is given outlives it.
class SmppCustomer {
 public:
  // Tells `node` how returns change owners, so before node.join().
  SmppCustomer(net::Executor control, storage::Database& database, cluster::Node& node,
               accounts::Accounts& accounts, messaging::Messaging& messaging, const Clock& clock,
               Options options);

  Result<> start();  // once; fails where a port cannot be had
  // No new binds or requests; what runs is answered, what was claimed is given back.
  net::Task<> stop();

  std::vector<std::uint16_t> local_ports() const;
  std::size_t binds() const;

 private:
  using SessionPtr = std::shared_ptr<smpp::Session>;

  // A credential that is bound here. Shared with its sessions' handlers.
  struct Bound {
    explicit Bound(smpp_access::Holder holder_) : holder(std::move(holder_)) {}
    smpp_access::Holder holder;
    std::vector<SessionPtr> sessions;
    std::unique_ptr<smpp::Pace> pace;
    std::shared_ptr<Returns> returns;  // while there is a receiver
  };
  using BoundPtr = std::shared_ptr<Bound>;
  // One session's requests that are not answered. Shared with them.
  struct UnderWay {
    std::int64_t count = 0;
  };

  smpp::ServerHandlers handlers();
  net::Task<> let_in(smpp::Bind bind, std::string peer, smpp::BindAnswer answer);
  void on_session(SessionPtr session, const smpp::Bind& bind);
  void set_holder(Bound& bound, smpp_access::Holder holder);
  void on_closed(const BoundPtr& bound, const smpp::Session* session);
  void on_request(const BoundPtr& bound, const std::shared_ptr<UnderWay>& under_way,
                  const SessionPtr& session, smpp::Pdu&& pdu);
  net::Task<> submit_one(BoundPtr bound, std::shared_ptr<UnderWay> under_way, SessionPtr session,
                         std::uint32_t sequence, messaging::SubmittedPart part, bool data_sm);
  net::Task<> submit_many(BoundPtr bound, std::shared_ptr<UnderWay> under_way, SessionPtr session,
                          std::uint32_t sequence, smpp::SubmitMulti submit);
  net::Task<> manage_one(BoundPtr bound, std::shared_ptr<UnderWay> under_way, SessionPtr session,
                         smpp::Pdu pdu);
  net::Task<> bring(BoundPtr bound);
  net::Task<> watch();

  net::Executor control_;
  storage::Database& database_;
  accounts::Accounts& accounts_;
  messaging::Messaging& messaging_;
  const Clock& clock_;
  const std::string owner_;
  Options options_;
  Gate gate_;
  std::map<std::string, BoundPtr, std::less<>> bound_;  // by system id
  // Let in, and not yet told of by on_session: which follows within the same turn.
  std::map<std::string, smpp_access::Holder, std::less<>> admitted_;
  bool stopping_ = false;
  net::TaskGroup asked_;      // binds and submits
  net::TaskGroup returning_;  // end by themselves with their sessions
  net::TaskGroup watching_;
  std::vector<std::unique_ptr<smpp::Server>> servers_;
};

}  // namespace cloudvno::smpp_customer
