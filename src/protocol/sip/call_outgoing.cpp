// The caller's INVITE: provisional responses, forks, the answer, refusals, CANCEL (RFC 3261
// sections 9.1 and 13.2).
#include <fmt/format.h>

#include "protocol/sip/call.hpp"

namespace cloudvno::sip {
namespace {

constexpr std::size_t large_request = 1'300;
constexpr std::size_t max_forks = 16;

}  // namespace

void Call::start() {
  auto self = shared_from_this();
  give_up_at_ = core_->now() + options_.patience;
  send_invite();
  rearm();
}

std::string Call::compose_invite(const Peer& to, std::string_view branch) const {
  std::string target = options_.target.text();
  Composer out = Composer::request("INVITE", target);
  out.header("Via", core_->via(to.transport, branch)).header("Max-Forwards", "70");
  out.header("From", dialog_.local).header("To", dialog_.remote);
  out.header("Call-ID", dialog_.call_id);
  out.header("CSeq", fmt::format("{} INVITE", dialog_.local_cseq));
  out.header("Contact", core_->contact(to.transport));
  out.header("Allow", allowed_methods).header("Supported", "timer");
  out.header("User-Agent", core_->options.product);
  if (!options_.asserted_identity.empty())
    out.header("P-Asserted-Identity", options_.asserted_identity);
  out.headers(session_.request_headers()).headers(invite_auth_).headers(options_.headers);
  return out.finish("application/sdp", options_.sdp);
}

void Call::send_invite() {
  ++dialog_.local_cseq;
  invite_auth_ = digest_.answer("INVITE", options_.target.text());
  Transactions::NewClient name = core_->transactions.name_client();
  invite_ = name.id;
  Peer to = hop_;
  std::string bytes = compose_invite(to, name.branch);
  if (bytes.size() > large_request && to.transport == Transport::udp && options_.large_by_tcp &&
      !tcp_failed_) {
    to.transport = Transport::tcp;
    bytes = compose_invite(to, name.branch);
  }
  dialog_.reached = to;
  core_->transactions.send(name, "INVITE", to, std::move(bytes),
                           [weak = weak_from_this()](const SipMessage& response) {
                             if (auto call = weak.lock()) call->on_invite_response(response);
                           });
}

void Call::on_invite_response(const SipMessage& response) {
  auto self = shared_from_this();
  if (response.status >= 200 && response.status < 300) {
    on_2xx(response);
  } else if (state_ == State::ended) {
    return;
  } else if (response.status >= 300) {
    on_refusal(response);
  } else {
    last_code_ = response.status;
    if (hung_up_)
      try_cancel();
    else if (response.status > 100 && events_ != nullptr)
      events_->on_provisional(response);
  }
  if (state_ != State::ended) rearm();
}

void Call::on_2xx(const SipMessage& response) {
  bool first = state_ == State::inviting || (state_ == State::ending && dialog_.remote_tag.empty());
  if (!first) {
    // Once more, since the ACK was lost; or from another branch of a fork.
    if (response.to.tag == dialog_.remote_tag)
      acknowledge(dialog_, response.cseq.number);
    else
      end_fork(response);
    return;
  }
  Dialog dialog = Dialog::of_caller(response, dialog_.local_cseq, dialog_.reached);
  // What is ours stands as we wrote it, whatever came back.
  dialog.local = std::move(dialog_.local);
  dialog.local_tag = std::move(dialog_.local_tag);
  dialog.call_id = std::move(dialog_.call_id);
  dialog_ = std::move(dialog);
  last_code_ = response.status;
  give_up_at_.reset();
  peer_updates_ = response.lists("Allow", "UPDATE");
  acknowledge(dialog_, response.cseq.number);
  if (hung_up_) {
    // The answer and our CANCEL crossed.
    send_bye(end_reason_);
    return;
  }
  state_ = State::confirmed;
  session_.agree(response, core_->now());
  if (events_ != nullptr) events_->on_answered(response);
}

// Section 13.2.2.4: each dialog that a 2xx makes is acknowledged; those not wanted are ended.
void Call::end_fork(const SipMessage& response) {
  auto known = ended_forks_.find(response.to.tag);
  if (known != ended_forks_.end()) return acknowledge(known->second, response.cseq.number);
  if (ended_forks_.size() >= max_forks) return;
  Dialog fork = Dialog::of_caller(response, response.cseq.number, dialog_.reached);
  acknowledge(fork, response.cseq.number);
  Transactions::NewClient name = core_->transactions.name_client();
  Peer to = fork.next_hop();
  std::string bye =
      compose(fork, "BYE", fork.local_cseq + 1, to, name.branch, invite_auth_, {}, {});
  core_->transactions.send(name, "BYE", to, std::move(bye), nullptr);
  ended_forks_.emplace(response.to.tag, std::move(fork));
}

void Call::on_refusal(const SipMessage& response) {
  bool made_up = response.call_id.empty();
  last_code_ = response.status;
  if (!hung_up_) {
    bool by_tcp = dialog_.reached.transport == Transport::tcp && hop_.transport == Transport::udp;
    bool again = false;
    if (made_up && response.status == 503 && by_tcp)
      again = tcp_failed_ = true;
    else if (response.status == 401 || response.status == 407)
      again = digest_.take(response);
    else if (response.status == 422)
      again = session_.raise(response);
    if (again) return send_invite();
  }
  CallEnd::By by = hung_up_  ? CallEnd::By::local
                   : made_up ? CallEnd::By::fault
                             : CallEnd::By::remote;
  end({.by = by,
       .code = response.status,
       .reason = response.reason,
       .message = made_up ? nullptr : &response});
}

void Call::try_cancel() {
  const Transactions::Sent* sent = core_->transactions.find_sent(invite_);
  // Section 9.1: not before a provisional response. It is asked for again when one comes.
  if (sent == nullptr || !sent->provisional || cancel_sent_) return;
  cancel_sent_ = true;
  std::vector<Header> reason;
  if (!end_reason_.empty()) reason.push_back({"Reason", end_reason_});
  std::string cancel = compose_cancel(sent->request, reason);
  Peer to = sent->to;
  // A CANCEL has the branch of what it cancels, and a transaction of its own.
  core_->transactions.send_cancel(invite_, to, std::move(cancel));
  give_up_at_ = core_->now() + core_->options.timing.patience();
}

}  // namespace cloudvno::sip
