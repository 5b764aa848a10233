// Which request is whose (RFC 3261 section 8.2), and what is refused.
#include "protocol/sip/user_agent.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/random.hpp"

namespace cloudvno::sip {

UserAgent::UserAgent(Wire& wire, const Clock& clock, UserAgentOptions options,
                     AgentHandlers handlers)
    : core_(wire, clock, std::move(options)), handlers_(std::move(handlers)), digest_(clock) {}

UserAgent::~UserAgent() {
  for (auto& [id, call] : core_.calls) {
    call->state_ = Call::State::ended;
    call->events_ = nullptr;
  }
}

std::shared_ptr<Call> UserAgent::invite(InviteOptions options, CallEvents& events) {
  if (draining_ || core_.calls.size() >= core_.options.max_calls) return nullptr;
  auto call = std::make_shared<Call>(core_, std::move(options), events);
  core_.calls.emplace(call->id(), call);
  call->start();
  return call;
}

void UserAgent::ping(const PingOptions& options, std::move_only_function<void(int status)> done) {
  Peer to = options.hop ? *options.hop : peer_of(options.target, options.transport);
  Transactions::NewClient name = core_.transactions.name_client();
  const LocalAddress& local = core_.options.local(to.transport);
  std::string from =
      fmt::format("<sip:{}>;tag={:016x}", format_host(local.host, local.port), random_u64());
  std::string target = options.target.text();
  Composer out = Composer::request("OPTIONS", target);
  out.header("Via", core_.via(to.transport, name.branch)).header("Max-Forwards", "70");
  out.header("From", from).header("To", "<" + target + ">");
  out.header("Call-ID", fmt::format("{:016x}{:016x}", random_u64(), random_u64()));
  out.header("CSeq", "1 OPTIONS").header("Contact", core_.contact(to.transport));
  out.header("Accept", "application/sdp").header("User-Agent", core_.options.product);
  core_.transactions.send(name, "OPTIONS", to, out.finish(),
                          [done = std::move(done)](const SipMessage& response) mutable {
                            if (response.status >= 200) done(response.status);
                          });
}

void UserAgent::received(std::string_view bytes, const Peer& source, Micros waited) {
  waited_ = waited;
  Parsed parsed = parse_message(bytes, core_.options.limits);
  if (parsed.kind == Parsed::Kind::unreadable) unreadable_.add();
  if (parsed.kind == Parsed::Kind::refused)
    reply(parsed.message, source, parsed.refusal);
  else if (parsed.kind == Parsed::Kind::message && parsed.message.is_request())
    on_request(std::move(parsed.message), source);
  else if (parsed.kind == Parsed::Kind::message)
    core_.transactions.on_response(parsed.message);
}

void UserAgent::reply(const SipMessage& request, const Peer& source, int status,
                      std::span<const Header> headers, std::string tag) {
  if (tag.empty()) tag = fmt::format("{:016x}", random_u64());
  Composer out = start_response(request, source, status, {}, tag);
  out.header("Server", core_.options.product).headers(headers);
  core_.wire.send(response_target(request, source), out.finish(), 0);
}

std::shared_ptr<Call> UserAgent::find_call(std::string_view local_tag) const {
  std::uint64_t id = 0;
  const char* start = local_tag.data();
  auto [end, fault] = std::from_chars(start, start + local_tag.size(), id, 16);
  if (fault != std::errc()) return nullptr;
  auto found = core_.calls.find(id);
  if (found == core_.calls.end() || found->second->dialog_.local_tag != local_tag) return nullptr;
  return found->second;
}

void UserAgent::on_request(SipMessage&& request, const Peer& source) {
  auto incoming = core_.transactions.on_request(request);
  if (incoming == Transactions::Incoming::handled) return;
  if (request.method == "ACK") {
    if (auto call = find_call(request.to.tag)) call->on_ack(request);
    return;
  }
  if (request.method == "CANCEL") return on_cancel(request, source);
  if (core_.transactions.is_merged(request)) return reply(request, source, 482);
  if (refuse(request, source)) return;
  if (!request.to.tag.empty()) {
    auto call = find_call(request.to.tag);
    if (call == nullptr) return reply(request, source, 481);
    return call->on_request(request, source);
  }
  if (request.method == "INVITE") return on_new_invite(std::move(request), source);
  if (request.method != "OPTIONS") return reply(request, source, 481);
  const Header answers[] = {{"Allow", std::string(allowed_methods)},
                            {"Accept", "application/sdp"},
                            {"Supported", "timer"}};
  reply(request, source, 200, answers);
}

bool UserAgent::refuse(const SipMessage& request, const Peer& source) {
  if (!lists_word(allowed_methods, request.method)) {
    const Header allow{"Allow", std::string(allowed_methods)};
    reply(request, source, 405, {&allow, 1});
    return true;
  }
  std::string unsupported;
  for (std::string_view list : request.all("Require")) {
    while (!list.empty()) {
      std::size_t comma = list.find(',');
      std::string_view tag = trim(list.substr(0, comma));
      if (!tag.empty() && !equal_words(tag, "timer"))
        unsupported += (unsupported.empty() ? "" : ", ") + std::string(tag);
      if (comma == std::string_view::npos) break;
      list.remove_prefix(comma + 1);
    }
  }
  if (unsupported.empty()) return false;
  const Header header{"Unsupported", std::move(unsupported)};
  reply(request, source, 420, {&header, 1});
  return true;
}

void UserAgent::on_cancel(const SipMessage& cancel, const Peer& source) {
  ServerId invite = core_.transactions.find_invite(cancel);
  if (invite == 0) return reply(cancel, source, 481);
  // Section 9.2: with the tag of the INVITE's own responses, which a caller may take from here.
  reply(cancel, source, 200, {}, core_.transactions.local_tag(invite));
  core_.transactions.cancel(invite, cancel);
}

bool UserAgent::authenticate(const SipMessage& request, const Peer& source, std::string& username) {
  if (!handlers_.realm_for) return true;
  std::optional<std::string> realm = handlers_.realm_for(request, source);
  if (!realm) return true;
  DigestServer::Verdict verdict =
      digest_.judge(request, *realm, handlers_.find_user, core_.options.challenge_with);
  username = std::move(verdict.username);
  // Section 26.3.2.4: without a transaction, so that who has no password cannot fill our memory.
  if (verdict.accepted) return true;
  challenged_.add();
  reply(request, source, 401,
        digest_.challenges(*realm, verdict.stale, core_.options.challenge_with));
  return false;
}

void UserAgent::on_new_invite(SipMessage&& request, const Peer& source) {
  bool full = core_.calls.size() >= core_.options.max_calls ||
              core_.transactions.size() >= core_.options.max_transactions ||
              waited_ > core_.options.max_wait;
  if (draining_ || full || !handlers_.on_invite) {
    const Header retry{"Retry-After", std::to_string(core_.options.retry_after_s)};
    overload_.add();
    return reply(request, source, 503, {&retry, 1});
  }
  if (request.from.tag.empty() || !request.contact) return reply(request, source, 400);
  if (!request.body.empty() && request.sdp().empty()) {
    const Header accept{"Accept", "application/sdp"};
    return reply(request, source, 415, {&accept, 1});
  }
  std::string username;
  if (!authenticate(request, source, username)) return;
  SessionTimer timer({.wish = 0, .min_se = core_.options.min_se});
  if (!timer.accepts(request)) {
    const Header least{"Min-SE", std::to_string(core_.options.min_se)};
    return reply(request, source, 422, {&least, 1});
  }

  auto call = std::make_shared<Call>(core_, request, source);
  core_.calls.emplace(call->id(), call);
  call->invite_transaction_ =
      core_.transactions.start(request, source,
                               {.on_cancel =
                                    [weak = std::weak_ptr(call)](const SipMessage& cancel) {
                                      if (auto cancelled = weak.lock())
                                        cancelled->on_cancelled(cancel);
                                    },
                                .local_tag = call->dialog_.local_tag});
  call->rearm();
  IncomingCall incoming{call, request, source, std::move(username)};
  handlers_.on_invite(incoming);
  if (call->state() != Call::State::inviting) return;
  if (call->events_ == nullptr) return call->reject(480);
  // Section 8.2.6.1: stops the retransmissions where the answer takes a while.
  if (call->last_code() == 0)
    core_.transactions.respond(call->invite_transaction_, 100,
                               start_response(request, source, 100, {}, {}).finish());
}

std::optional<Micros> UserAgent::next_deadline() const {
  std::optional<Micros> of_transactions = core_.transactions.next_deadline();
  std::optional<Micros> of_calls = core_.call_timers.next();
  if (!of_transactions || !of_calls) return of_transactions ? of_transactions : of_calls;
  return std::min(*of_transactions, *of_calls);
}

void UserAgent::on_time() {
  core_.transactions.on_time();
  Micros now = core_.now();
  while (auto due = core_.call_timers.take_due(now)) {
    auto found = core_.calls.find(due->owner);
    if (found == core_.calls.end() || found->second->armed_ != due->at) continue;
    auto call = found->second;
    call->armed_.reset();
    call->on_time();
  }
}

void UserAgent::close() {
  drain();
  std::vector<std::shared_ptr<Call>> calls;
  for (auto& [id, call] : core_.calls) calls.push_back(call);
  for (auto& call : calls) call->hang_up();
}

}  // namespace cloudvno::sip
