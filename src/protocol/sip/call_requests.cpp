// Requests that come within the dialog (RFC 3261 sections 12.2.2, 14.2, 15.1.2; RFC 3311; RFC
// 6086).
#include "base/random.hpp"
#include "protocol/sip/call.hpp"

namespace cloudvno::sip {

void Call::respond(const SipMessage& request, const Peer& source, ServerId transaction, int status,
                   std::span<const Header> headers, std::string_view sdp) {
  Composer out = start_response(request, source, status, {}, dialog_.local_tag);
  if (status < 300 && (request.method == "INVITE" || request.method == "UPDATE")) {
    out.header("Contact", core_->contact(source.transport));
    out.header("Allow", allowed_methods).header("Supported", "timer");
  }
  out.header("Server", core_->options.product).headers(headers);
  core_->transactions.respond(transaction, status, out.finish("application/sdp", sdp));
}

void Call::on_request(const SipMessage& request, const Peer& source) {
  auto self = shared_from_this();
  ServerId transaction = core_->transactions.start(request, source, {});
  // Before the answer each branch of a fork has a tag of its own.
  bool early = caller_ && dialog_.remote_tag.empty();
  if (request.call_id != dialog_.call_id || (!early && request.from.tag != dialog_.remote_tag) ||
      request.from.tag.empty())
    return respond(request, source, transaction, 481);
  if (!early) {
    // Section 12.2.2: what is out of order is a sign of trouble on the other side.
    if (dialog_.remote_cseq && request.cseq.number <= *dialog_.remote_cseq)
      return respond(request, source, transaction, 500);
    dialog_.remote_cseq = request.cseq.number;
  }
  if (request.method == "BYE")
    on_bye(request, transaction, source);
  else if (request.method == "INFO")
    on_info(request, transaction, source);
  else if (request.method == "OPTIONS")
    respond(request, source, transaction, 200);
  else if (request.method == "INVITE" || request.method == "UPDATE")
    on_reoffer(request, transaction, source);
  if (state_ != State::ended) rearm();
}

void Call::on_bye(const SipMessage& bye, ServerId transaction, const Peer& source) {
  respond(bye, source, transaction, 200);
  if (state_ == State::inviting && !caller_) refuse_invite(487, {}, {});
  // The callee's BYE before its answer: the INVITE still has its final response coming.
  if (caller_ && dialog_.remote_tag.empty()) return;
  CallEnd::By by = hung_up_ ? CallEnd::By::local : CallEnd::By::remote;
  end({.by = by, .code = 0, .reason = {}, .message = &bye});
}

void Call::on_reoffer(const SipMessage& request, ServerId transaction, const Peer& source) {
  bool invite = request.method == "INVITE";
  std::string_view offer = request.sdp();
  if (state_ == State::ending) return respond(request, source, transaction, 481);
  // Section 14.2 and RFC 3311 section 5.2: one offer at a time.
  bool ours_runs = reinvite_ != 0 || (caller_ && state_ == State::inviting);
  if (ours_runs && (invite || !offer.empty())) return respond(request, source, transaction, 491);
  bool unanswered = !caller_ && state_ == State::inviting;
  if (unanswered && (invite || !offer.empty())) {
    const Header retry{"Retry-After", std::to_string(random_u64() % 11)};
    return respond(request, source, transaction, 500, {&retry, 1});
  }
  if (!session_.accepts(request)) {
    const Header least{"Min-SE", std::to_string(session_.min_se())};
    return respond(request, source, transaction, 422, {&least, 1});
  }
  if (offer.empty() && !request.body.empty()) {
    const Header accept{"Accept", "application/sdp"};
    return respond(request, source, transaction, 415, {&accept, 1});
  }
  std::string answer;
  if (invite || !offer.empty()) {
    answer = events_ != nullptr ? events_->on_offer(offer) : std::string();
    // It may have been hung up meanwhile.
    if (state_ == State::ending || state_ == State::ended)
      return respond(request, source, transaction, 481);
    if (answer.empty()) return respond(request, source, transaction, 488);
    local_sdp_ = answer;
  }
  dialog_.refresh_target(request);
  if (source.transport == dialog_.reached.transport) dialog_.reached = source;
  std::vector<Header> headers;
  if (state_ == State::confirmed) headers = session_.answer(request, core_->now());
  respond(request, source, transaction, 200, headers, answer);
  if (invite) await_ack(transaction, request.cseq.number, offer.empty());
}

void Call::on_info(const SipMessage& info, ServerId transaction, const Peer& source) {
  std::string_view type = info.header("Content-Type");
  type = trim(type.substr(0, type.find(';')));
  char digit = 0;
  std::uint32_t duration = 0;
  std::string_view body = trim(info.body);
  if (equal_words(type, "application/dtmf-relay")) {
    // Lines "Signal=5" and "Duration=160".
    auto signal = find_param(body, "Signal", '\n');
    if (signal && signal->size() == 1) digit = signal->front();
    duration = parse_number(find_param(body, "Duration", '\n').value_or("")).value_or(0);
  } else if (equal_words(type, "application/dtmf")) {
    if (body.size() == 1) digit = body.front();
  } else if (!body.empty()) {
    const Header accept{"Accept", "application/dtmf-relay, application/dtmf"};
    return respond(info, source, transaction, 415, {&accept, 1});
  }
  if (digit >= 'a' && digit <= 'd') digit = static_cast<char>(digit - 32);
  bool known = std::string_view("0123456789*#ABCD").find(digit) != std::string_view::npos;
  if (!body.empty() && !known) return respond(info, source, transaction, 400);
  respond(info, source, transaction, 200);
  if (known && digit != 0 && events_ != nullptr)
    events_->on_digit(digit, static_cast<int>(std::min<std::uint32_t>(duration, 60'000)));
}

}  // namespace cloudvno::sip
