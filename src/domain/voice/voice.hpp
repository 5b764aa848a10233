// The front of voice: builds its parts, mounts its routes, runs calls.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "domain/accounts/accounts.hpp"
#include "domain/api/api.hpp"
#include "domain/voice/call_gate.hpp"
#include "domain/voice/call_store.hpp"
#include "domain/voice/parts.hpp"
#include "domain/voice/session.hpp"
#include "platform/cluster/node.hpp"

namespace cloudvno::voice {

struct VoiceOptions {
  std::string public_url;
  CallLimits limits;
  // How long stop() waits for calls to end and for what became of them to be written.
  std::chrono::milliseconds patience{5'000};
};

// Lives on the control thread.
class Voice final : public LegReceiver {
 public:
  using SendText = std::function<net::Task<Result<SentText>>(TextOrder)>;

  // Tells `node` how its calls change owners, so before node.join().
  Voice(storage::Database& database, cluster::Node& node, const vault::Vault& vault,
        accounts::Accounts& accounts, webhooks::Webhooks& webhooks, Documents& documents,
        SoundCodec& codec, Speech& speech, SendText send_text, const Clock& clock,
        net::Executor control, VoiceOptions options);

  // Before mount(). Its telephone outlives this object's calls: until stop().
  void add_trunk(Trunk trunk) { trunks_.push_back(std::move(trunk)); }
  void mount(api::Api& api);

  // A call that another room makes, within a transaction of its own. First, on the control thread:
  // the way that it takes; Errc::no_trunk, service_unavailable. Then keep_call() in the body, and
  // placed() after the commit.
  Result<> prepare(Call& call) const;
  const std::string& owner() const { return webhooks_.outbox().owner(); }
  void placed(Call call, accounts::AccountPtr account) {
    accepted(std::move(call), std::move(account));
  }

  // Calls that begin in their turn, orders that came by another process, calls whose process died:
  // every tenth of a second or so.
  void tick();
  // Hangs up, and waits until what became of the calls is on the disk, but not for ever.
  net::Task<> stop();

  // LegReceiver
  void on_incoming(std::unique_ptr<Leg> leg, IncomingCall call) override;

 private:
  Result<> may_wait() const;
  void accepted(Call call, accounts::AccountPtr account);
  // The turn of a call that waits, unless it was canceled meanwhile.
  void begin(const CallSid& call, const AccountSid& account);
  void order_waiting(const CallSid& call, CallOrder order);
  // Registers it, runs it, and forgets it once all of it is written.
  void run(SessionPtr session, net::Task<> life, bool counted);
  void forget(const SessionPtr& session, bool counted);
  net::Task<> take_incoming(std::unique_ptr<Leg> leg, IncomingCall incoming);
  net::Task<> take_orders();
  net::Task<> end_lost();
  net::Task<> say_seen();
  const Trunk* find_trunk(bool live, const std::string& to) const;
  const Trunk* trunk_named(const std::string& name) const;

  storage::Database& database_;
  const vault::Vault& vault_;
  accounts::Accounts& accounts_;
  webhooks::Webhooks& webhooks_;
  const Clock& clock_;
  const std::string public_url_;
  const std::chrono::milliseconds patience_;
  std::vector<Trunk> trunks_;
  CallGate gate_;
  SoundCache fetched_;
  net::TaskGroup tasks_;
  WriteTurns turns_;
  Parts parts_;
  struct Waiting {
    Call call;
    accounts::AccountPtr account;
  };
  std::map<CallSid, Waiting> waiting_;  // for their turn
  std::map<CallSid, SessionPtr> sessions_;
  net::Event all_ended_;
  bool stopping_ = false;
  bool taking_orders_ = false;
  bool orders_wait_ = false;
  bool ending_lost_ = false;
  bool lost_wait_ = true;
  bool saying_seen_ = false;
  Time orders_looked_at_;
  Time seen_said_at_;
};

}  // namespace cloudvno::voice
