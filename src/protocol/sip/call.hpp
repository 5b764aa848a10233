// One call (RFC 3261 sections 9, 12-15): an INVITE, the dialog that it makes, its end.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocol/sip/agent_core.hpp"
#include "protocol/sip/call_events.hpp"
#include "protocol/sip/dialog.hpp"

namespace cloudvno::sip {

// inviting -> confirmed -> ending -> ended; a caller's that is cancelled goes from inviting to
// ending. Made by UserAgent, which shares it with its owner; after its end, and after the agent's,
// all methods do nothing. Runs on the agent's thread.
class Call : public std::enable_shared_from_this<Call> {
 public:
  enum class State { inviting, confirmed, ending, ended };

  // Outgoing; UserAgent sends it by start().
  Call(AgentCore& core, InviteOptions options, CallEvents& events);
  // Incoming: the INVITE waits for ring(), answer() or reject().
  Call(AgentCore& core, SipMessage invite, const Peer& source);

  State state() const { return state_; }
  bool is_caller() const { return caller_; }
  const std::string& call_id() const { return dialog_.call_id; }
  int last_code() const { return last_code_; }  // of the INVITE's responses

  // Callee: before on_invite returns, or it is refused.
  void attach(CallEvents& events) { events_ = &events; }
  // The events go nowhere from here on.
  void detach() { events_ = nullptr; }

  // ---- callee, before the answer ----
  void ring(int code = 180, const std::string& sdp = {});
  void answer(std::string sdp, std::vector<Header> headers = {});
  void reject(int code, std::string_view reason = {}, std::vector<Header> headers = {});

  // ---- both ----
  // Ends the call in whatever state: CANCEL, a refusal (callee: 603), or BYE. `reason` is a Reason
  // header's value (RFC 3326). on_ended follows when the other side has answered, or does not.
  void hang_up(std::string_view reason = {});
  // Caller, before the answer: CANCEL, which waits for the first provisional response.
  void cancel(std::string_view reason = {}) { hang_up(reason); }
  // Offers anew (hold, unhold). False: not confirmed, or one is under way already. Waits where an
  // INVITE is under way, and after a 491 (section 14.1).
  bool reinvite(std::string sdp);
  // INFO with application/dtmf-relay; false: not a digit, or not confirmed.
  bool send_digit(char digit, int duration_ms = 160);
  bool send_info(std::string content_type, std::string body);

 private:
  friend class UserAgent;
  friend struct AgentCore;

  // A request within the dialog, and again with credentials, until a final response.
  struct InDialog {
    std::string method;
    std::vector<Header> headers;
    std::string content_type, body;
    std::function<void(Call&, const SipMessage&)> on_final;
  };
  // A 2xx of ours that no ACK has come for.
  struct AwaitedAck {
    ServerId transaction;
    std::uint32_t cseq;
    Micros interval, resend_at, end_at;
    bool offered;  // the 2xx carried the offer, so the ACK answers
  };

  // ---- outgoing INVITE: call_outgoing.cpp ----
  void start();
  void send_invite();
  std::string compose_invite(const Peer& to, std::string_view branch) const;
  void on_invite_response(const SipMessage& response);
  void on_2xx(const SipMessage& response);
  void on_refusal(const SipMessage& response);
  void try_cancel();
  void end_fork(const SipMessage& response);

  // ---- incoming INVITE: call_incoming.cpp ----
  Composer start_invite_response(int status, std::string_view reason) const;
  void refuse_invite(int code, std::string_view reason, std::span<const Header> headers);
  void on_cancelled(const SipMessage& cancel);
  void await_ack(ServerId transaction, std::uint32_t cseq, bool offered);
  void on_ack(const SipMessage& ack);

  // ---- requests that come within the dialog: call_requests.cpp ----
  void on_request(const SipMessage& request, const Peer& source);
  void on_bye(const SipMessage& bye, ServerId transaction, const Peer& source);
  void on_reoffer(const SipMessage& request, ServerId transaction, const Peer& source);
  void on_info(const SipMessage& info, ServerId transaction, const Peer& source);
  void respond(const SipMessage& request, const Peer& source, ServerId transaction, int status,
               std::span<const Header> headers = {}, std::string_view sdp = {});

  // ---- requests of ours within the dialog: call_dialog.cpp ----
  std::uint64_t request(InDialog what);
  std::string compose(const Dialog& dialog, std::string_view method, std::uint32_t cseq,
                      const Peer& to, std::string_view branch, std::span<const Header> headers,
                      std::string_view content_type, std::string_view body) const;
  void acknowledge(const Dialog& dialog, std::uint32_t cseq);
  void send_bye(std::string_view reason);
  void send_reinvite();
  void on_reinvite_response(const SipMessage& response, bool is_refresh);
  void refresh_session();
  void lost();  // the dialog is gone on the other side (481, 408)

  // ---- time and the end: call.cpp ----
  std::optional<Micros> next_deadline() const;
  void on_time();
  void end(const CallEnd& end);
  void rearm() { core_->arm(*this); }
  std::uint64_t id() const { return id_; }

  AgentCore* core_;
  CallEvents* events_ = nullptr;
  const std::uint64_t id_;
  const bool caller_;
  State state_ = State::inviting;
  Dialog dialog_;
  DigestClient digest_;
  SessionTimer session_;
  int last_code_ = 0;
  std::optional<Micros> armed_;
  bool peer_updates_ = false;  // UPDATE is among what the other side allows
  std::string local_sdp_;      // the last that we sent

  // Outgoing INVITE.
  InviteOptions options_;
  std::uint64_t invite_ = 0;
  Peer hop_;
  bool tcp_failed_ = false;
  bool hung_up_ = false;
  bool cancel_sent_ = false;
  std::string end_reason_;
  std::optional<Micros> give_up_at_;
  std::vector<Header> invite_auth_;            // goes with the ACK too
  std::map<std::string, Dialog> ended_forks_;  // by To tag

  // Incoming INVITE.
  SipMessage invite_request_;
  ServerId invite_transaction_ = 0;
  std::optional<Micros> ring_again_at_;
  std::vector<AwaitedAck> awaited_acks_;

  // Offers of ours within the dialog.
  std::optional<std::string> waiting_offer_;
  bool offer_is_refresh_ = false;
  std::uint64_t reinvite_ = 0;
  std::uint32_t reinvite_cseq_ = 0;
  Micros reinvite_until_{};  // when its answer is given up, though it may be provisional for ever
  std::optional<Micros> reinvite_at_;
};

}  // namespace cloudvno::sip
