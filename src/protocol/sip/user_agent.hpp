// The user agent (RFC 3261 section 8): takes what comes, gives each message to its transaction and
// call, refuses what it may not or cannot take.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/metrics.hpp"
#include "protocol/sip/agent_core.hpp"
#include "protocol/sip/call.hpp"
#include "protocol/sip/digest_server.hpp"

namespace cloudvno::sip {

// An INVITE that passed all checks. The handler attaches its events to the call, and may ring,
// answer or reject at once or later.
struct IncomingCall {
  std::shared_ptr<Call> call;
  const SipMessage& request;
  const Peer& source;
  std::string username;  // who was authenticated; empty where nobody had to be
};

struct AgentHandlers {
  // Where it attaches no events the call is refused with 480.
  std::function<void(IncomingCall&)> on_invite;
  // The realm that an INVITE's sender has to be authenticated in; nothing: it may call without.
  std::function<std::optional<std::string>(const SipMessage&, const Peer&)> realm_for;
  FindUser find_user;
};

struct PingOptions {
  Uri target;
  std::optional<Peer> hop;
  Transport transport = Transport::udp;
};

// Without I/O: the owner gives it what was received and the time at next_deadline(); what it sends
// goes to the Wire. Runs on one thread; not thread-safe. Calls end for their owners, without an
// event, when the agent goes.
class UserAgent {
 public:
  // `wire` and `clock` outlive the agent. All times are clock.elapsed().
  UserAgent(Wire& wire, const Clock& clock, UserAgentOptions options, AgentHandlers handlers);
  ~UserAgent();
  UserAgent(const UserAgent&) = delete;
  UserAgent& operator=(const UserAgent&) = delete;

  // Calls. No event is told within. `events` live until on_ended, or detach(). Null where we drain
  // or have too many calls.
  std::shared_ptr<Call> invite(InviteOptions options, CallEvents& events);
  // OPTIONS; `done` is told the final status (408: no answer, 503: could not be sent).
  void ping(const PingOptions& options, std::move_only_function<void(int status)> done);

  // ---- bytes and time ----
  // `waited`: how long we let it lie, which says whether we keep up.
  void received(std::string_view bytes, const Peer& source, Micros waited = Micros::zero());
  // What Wire::send was given with this tag was not sent.
  void send_failed(std::uint64_t tag) { core_.transactions.on_send_failed(tag); }
  std::optional<Micros> next_deadline() const;
  void on_time();

  // ---- the end ----
  // New INVITEs are answered 503; calls go on.
  void drain() { draining_ = true; }
  // Drains and hangs up everywhere.
  void close();
  std::size_t calls() const { return core_.calls.size(); }
  std::size_t transactions() const { return core_.transactions.size(); }
  UserAgentOptions& options() { return core_.options; }

 private:
  void on_request(SipMessage&& request, const Peer& source);
  void on_new_invite(SipMessage&& request, const Peer& source);
  void on_cancel(const SipMessage& cancel, const Peer& source);
  // True: it was refused.
  bool refuse(const SipMessage& request, const Peer& source);
  bool authenticate(const SipMessage& request, const Peer& source, std::string& username);
  std::shared_ptr<Call> find_call(std::string_view local_tag) const;
  // Without a transaction: what comes again is answered again.
  void reply(const SipMessage& request, const Peer& source, int status,
             std::span<const Header> headers = {}, std::string tag = {});

  AgentCore core_;
  AgentHandlers handlers_;
  DigestServer digest_;
  bool draining_ = false;
  Micros waited_{};  // of the message in hand
  metrics::Counter& unreadable_ =
      metrics::counter("cloudvno_sip_unreadable_total",
                       "SIP messages that were dropped because they could not be read.");
  metrics::Counter& overload_ = metrics::counter(
      "cloudvno_sip_overload_total", "INVITEs answered 503 while draining or beyond the bounds.");
  metrics::Counter& challenged_ =
      metrics::counter("cloudvno_sip_challenged_total",
                       "INVITEs answered 401, first tries of honest callers among them.");
};

}  // namespace cloudvno::sip
