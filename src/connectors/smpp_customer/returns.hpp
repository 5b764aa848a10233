// Brings one credential's receipts and inbound messages to its bound receivers.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "base/clock.hpp"
#include "domain/smpp_access/credential_store.hpp"
#include "domain/smpp_access/return_store.hpp"
#include "platform/net/event.hpp"
#include "protocol/smpp/session.hpp"

namespace cloudvno::smpp_customer {

// Lives on the control thread as long as the credential has a receiver here, and until what it
// claimed is settled or given back. Shared by its run() and by what is under way.
class Returns : public std::enable_shared_from_this<Returns> {
 public:
  using SessionPtr = std::shared_ptr<smpp::Session>;

  Returns(net::Executor control, storage::Database& database, const Clock& clock, std::string owner,
          smpp_access::Holder holder);

  void add(SessionPtr session);
  void remove(const smpp::Session* session);
  void set_credential(smpp_access::Credential credential) {
    holder_.credential = std::move(credential);
  }
  void wake() { changed_.set(); }
  // Ends when no receiver is left.
  net::Task<> run();

 private:
  static constexpr std::int64_t claimed_at_once = 200;

  // One return on its way, part by part.
  struct Sending {
    smpp_access::Return one;
    std::vector<smpp::DeliverSm> pdus;
    std::size_t next = 0;
  };
  struct Settled {
    smpp_access::Return one;
    bool taken = false;
    bool tried = true;  // refused for now; else the link went
  };
  struct Receiver {
    SessionPtr session;
    std::int64_t under_way = 0;
  };

  std::shared_ptr<Receiver> free_receiver();
  void send_ready();
  void send_next(std::shared_ptr<Sending> sending, std::shared_ptr<Receiver> receiver);
  void told(std::shared_ptr<Sending> sending, std::shared_ptr<Receiver> receiver,
            smpp::Outcome&& outcome);
  net::Task<bool> claim();
  net::Task<bool> write_settled();
  net::Task<> give_back();

  storage::Database& database_;
  const Clock& clock_;
  const std::string owner_;
  smpp_access::Holder holder_;
  std::vector<std::shared_ptr<Receiver>> receivers_;  // shared with what is under way
  std::size_t next_receiver_ = 0;
  std::deque<smpp_access::Return> ready_;
  std::vector<Settled> settled_;
  std::size_t under_way_ = 0;
  net::Event changed_;
};

}  // namespace cloudvno::smpp_customer
