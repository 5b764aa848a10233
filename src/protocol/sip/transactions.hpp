// The transaction layer (RFC 3261 section 17): matches messages to transactions and keeps their
// time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"
#include "protocol/sip/client_transaction.hpp"
#include "protocol/sip/compose.hpp"
#include "protocol/sip/message.hpp"
#include "protocol/sip/server_transaction.hpp"
#include "protocol/sip/timer_heap.hpp"
#include "protocol/sip/transport.hpp"

namespace cloudvno::sip {

// Each response that is the user's, the final one last; but of an INVITE's 2xx each. Where no final
// response came, one is made up, with nothing but its status: 408 for a time-out, 503 where the
// request could not be sent (section 8.1.3.1).
using OnResponse = std::move_only_function<void(const SipMessage&)>;

using ServerId = std::uint64_t;  // 0: none

// What a server transaction tells its user.
struct ServerEvents {
  std::move_only_function<void(const SipMessage& cancel)> on_cancel;  // of an INVITE
  std::string local_tag = {};  // of its responses, and so of one to its CANCEL
};

// Lives on one thread, beside the agent that owns it.
class Transactions {
 public:
  Transactions(Wire& wire, const Clock& clock, const Timing& timing);
  ~Transactions();

  // ---- client ----
  struct NewClient {
    std::uint64_t id;
    std::string branch;
  };
  // Names the transaction, so that the request can be written.
  NewClient name_client();
  void send(const NewClient& name, std::string_view method, const Peer& to, std::string request,
            OnResponse on_response);
  // A CANCEL, which has the branch of the INVITE that it cancels and a transaction of its own; what
  // is answered to it does not matter.
  void send_cancel(std::uint64_t invite, const Peer& to, std::string request);
  // The bytes and the way of a request that still waits; nothing once it is final.
  struct Sent {
    Peer to;
    std::string request;
    bool provisional;  // was there one?
  };
  const Sent* find_sent(std::uint64_t id) const;
  // Ends it: no final response is waited for any longer.
  void abandon(std::uint64_t id) { erase(id); }
  // False: no transaction waits for it.
  bool on_response(const SipMessage& response);

  // ---- server ----
  // What an incoming request is to us.
  enum class Incoming { fresh, handled, ack_of_2xx };
  // Answers retransmissions and takes ACKs of refusals by itself.
  Incoming on_request(const SipMessage& request);
  ServerId start(const SipMessage& request, const Peer& source, ServerEvents events);
  // The INVITE that a CANCEL names; 0 if there is none.
  ServerId find_invite(const SipMessage& cancel) const;
  void cancel(ServerId invite, const SipMessage& cancel);
  // The tag that our responses to it have; "" where it is unknown.
  std::string local_tag(ServerId id) const;
  // A request whose twin came by another path (section 8.2.2.2).
  bool is_merged(const SipMessage& request) const;
  // Sends it unless it comes too late, and keeps it for retransmissions.
  void respond(ServerId id, int status, std::string response);
  // The 2xx once more, until its ACK.
  void resend(ServerId id);

  // ---- time ----
  std::optional<Micros> next_deadline() const { return timers_.next(); }
  void on_time();
  void on_send_failed(std::uint64_t tag);
  // Those that a final response did not end yet, and those that linger.
  std::size_t size() const { return clients_.size() + servers_.size(); }

 private:
  struct Client;
  struct Server;
  static std::string key_of(const SipMessage& request, std::string_view method);
  static std::string merge_key(const SipMessage& request);
  void insert(std::uint64_t id, std::unique_ptr<Client> client);
  void erase(std::uint64_t id);
  void fail(std::uint64_t id, int status);
  void arm(std::uint64_t id, std::optional<Micros> deadline, std::optional<Micros>& armed);

  Wire& wire_;
  const Clock& clock_;
  Timing timing_;
  TimerHeap timers_;
  std::uint64_t next_id_ = 1;
  std::unordered_map<std::uint64_t, std::unique_ptr<Client>> clients_;
  std::unordered_map<std::uint64_t, std::uint64_t> cancel_of_invite_;
  std::unordered_map<ServerId, std::unique_ptr<Server>> servers_;
  std::unordered_map<std::string, ServerId> server_of_key_;
  std::unordered_map<std::string, ServerId> server_of_merge_key_;
};

}  // namespace cloudvno::sip
