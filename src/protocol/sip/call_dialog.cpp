// Requests of ours within the dialog: ACK, BYE, re-INVITE, UPDATE, INFO (RFC 3261 sections 12.2.1,
// 13.2.2.4, 14.1, 15.1.1; RFC 4028 section 10).
#include <fmt/format.h>

#include "base/random.hpp"
#include "protocol/sip/call.hpp"

namespace cloudvno::sip {

std::string Call::compose(const Dialog& dialog, std::string_view method, std::uint32_t cseq,
                          const Peer& to, std::string_view branch, std::span<const Header> headers,
                          std::string_view content_type, std::string_view body) const {
  Dialog::Head head = dialog.head();
  Composer out = Composer::request(method, head.target);
  out.header("Via", core_->via(to.transport, branch)).header("Max-Forwards", "70");
  for (const std::string& route : head.routes) out.header("Route", route);
  out.header("From", dialog.local).header("To", dialog.remote).header("Call-ID", dialog.call_id);
  out.header("CSeq", fmt::format("{} {}", cseq, method));
  if (method == "INVITE" || method == "UPDATE") {
    out.header("Contact", core_->contact(to.transport));
    out.header("Allow", allowed_methods).header("Supported", "timer");
  }
  out.header("User-Agent", core_->options.product).headers(headers);
  return out.finish(content_type, body);
}

std::uint64_t Call::request(InDialog what) {
  digest_.begin();
  // Shared by the tries of one request, of which each makes the next.
  struct Tries : std::enable_shared_from_this<Tries> {
    InDialog what;
    std::weak_ptr<Call> weak;
    std::uint64_t send(Call& call) {
      std::uint32_t cseq = ++call.dialog_.local_cseq;
      Peer to = call.dialog_.next_hop();
      Transactions::NewClient name = call.core_->transactions.name_client();
      std::vector<Header> auth = call.digest_.answer(what.method, call.dialog_.head().target);
      if (what.method == "INVITE") {
        call.invite_auth_ = auth;
        call.reinvite_ = name.id;
        call.reinvite_cseq_ = cseq;
        call.reinvite_until_ = call.core_->now() + 2 * call.core_->options.timing.patience();
      }
      std::vector<Header> headers = what.headers;
      headers.insert(headers.end(), auth.begin(), auth.end());
      call.core_->transactions.send(
          name, what.method, to,
          call.compose(call.dialog_, what.method, cseq, to, name.branch, headers, what.content_type,
                       what.body),
          [self = this->shared_from_this()](const SipMessage& response) { self->on(response); });
      return name.id;
    }
    void on(const SipMessage& response) {
      auto call = weak.lock();
      if (!call || call->state_ == State::ended) return;
      if (response.status < 200) return;
      if ((response.status == 401 || response.status == 407) && call->digest_.take(response)) {
        send(*call);
        return;
      }
      what.on_final(*call, response);
      if (call->state_ != State::ended) call->rearm();
    }
  };
  auto tries = std::make_shared<Tries>();
  tries->what = std::move(what);
  tries->weak = weak_from_this();
  return tries->send(*this);
}

void Call::acknowledge(const Dialog& dialog, std::uint32_t cseq) {
  Peer to = dialog.next_hop();
  // The ACK of a 2xx is no transaction; its branch is its own (section 13.2.2.4).
  Transactions::NewClient name = core_->transactions.name_client();
  core_->wire.send(to, compose(dialog, "ACK", cseq, to, name.branch, invite_auth_, {}, {}), 0);
}

void Call::send_bye(std::string_view reason) {
  awaited_acks_.clear();
  state_ = State::ending;
  bool fault = !hung_up_;
  std::vector<Header> headers;
  if (!reason.empty()) headers.push_back({"Reason", std::string(reason)});
  request({.method = "BYE",
           .headers = std::move(headers),
           .content_type = {},
           .body = {},
           .on_final = [fault](Call& call, const SipMessage&) {
             // Whatever the other side says, the call is over (section 15.1.1).
             call.end({.by = fault ? CallEnd::By::fault : CallEnd::By::local,
                       .code = 0,
                       .reason = {},
                       .message = nullptr});
           }});
}

void Call::lost() {
  if (state_ != State::confirmed) return;
  // Section 12.2.1.2: a BYE goes all the same, for a proxy that counts calls.
  send_bye(end_reason_);
}

bool Call::reinvite(std::string sdp) {
  if (state_ != State::confirmed || waiting_offer_ || reinvite_ != 0 || sdp.empty()) return false;
  auto self = shared_from_this();
  waiting_offer_ = std::move(sdp);
  offer_is_refresh_ = false;
  // Section 14.1: not while the other side's INVITE is under way; its ACK lets it go.
  if (awaited_acks_.empty()) send_reinvite();
  rearm();
  return true;
}

void Call::send_reinvite() {
  std::string offer = *waiting_offer_;
  bool is_refresh = offer_is_refresh_;
  request({.method = "INVITE",
           .headers = session_.request_headers(),
           .content_type = "application/sdp",
           .body = offer,
           .on_final = [is_refresh](Call& call, const SipMessage& response) {
             call.on_reinvite_response(response, is_refresh);
           }});
}

void Call::on_reinvite_response(const SipMessage& response, bool is_refresh) {
  int status = response.status;
  if (status < 300) {
    dialog_.refresh_target(response);
    acknowledge(dialog_, response.cseq.number);
    if (reinvite_ == 0 || response.cseq.number != reinvite_cseq_) return;  // once more
    reinvite_ = 0;
    local_sdp_ = *std::exchange(waiting_offer_, std::nullopt);
    session_.agree(response, core_->now());
    if (!is_refresh && events_ != nullptr) events_->on_reinvited(status, response.sdp());
    return;
  }
  reinvite_ = 0;
  if (status == 491 && state_ == State::confirmed) {
    // Section 14.1: the owner of the Call-ID waits longer, in steps of 10 ms.
    std::uint64_t steps = caller_ ? 210 + random_u64() % 191 : random_u64() % 201;
    reinvite_at_ = core_->now() + std::chrono::milliseconds(10 * steps);
    return;
  }
  if (status == 422 && state_ == State::confirmed && session_.raise(response))
    return send_reinvite();
  waiting_offer_.reset();
  if (status == 408 || status == 481) return lost();
  if (!is_refresh && events_ != nullptr) events_->on_reinvited(status, {});
}

void Call::refresh_session() {
  session_.refresh_began();
  // Whatever is offered now refreshes too.
  if (waiting_offer_ || reinvite_ != 0) return;
  if (!peer_updates_) {
    waiting_offer_ = local_sdp_;
    offer_is_refresh_ = true;
    if (awaited_acks_.empty()) send_reinvite();
    return;
  }
  request({.method = "UPDATE",
           .headers = session_.request_headers(),
           .content_type = {},
           .body = {},
           .on_final = [](Call& call, const SipMessage& response) {
             if (call.state_ != State::confirmed) return;
             if (response.status < 300)
               call.session_.agree(response, call.core_->now());
             else if (response.status == 422 && call.session_.raise(response))
               call.refresh_session();
             else if (response.status == 408 || response.status == 481)
               call.lost();
           }});
}

bool Call::send_digit(char digit, int duration_ms) {
  if (std::string_view("0123456789*#ABCD").find(digit) == std::string_view::npos) return false;
  return send_info("application/dtmf-relay",
                   fmt::format("Signal={}\r\nDuration={}\r\n", digit, duration_ms));
}

bool Call::send_info(std::string content_type, std::string body) {
  if (state_ != State::confirmed) return false;
  auto self = shared_from_this();
  request({.method = "INFO",
           .headers = {},
           .content_type = std::move(content_type),
           .body = std::move(body),
           .on_final = [](Call& call, const SipMessage& response) {
             if (response.status == 408 || response.status == 481) call.lost();
           }});
  return true;
}

}  // namespace cloudvno::sip
