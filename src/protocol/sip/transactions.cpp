// Matching (RFC 3261 sections 17.1.3 and 17.2.3) and the timers of all transactions.
#include "protocol/sip/transactions.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/random.hpp"

namespace cloudvno::sip {

namespace {

constexpr std::string_view cookie = "z9hG4bK";

}  // namespace

struct Transactions::Client {
  ClientTransaction machine;
  std::string branch;
  std::string method;
  Sent sent;
  std::uint64_t cancels = 0;  // of a CANCEL: the INVITE
  std::string ack;            // of a final response other than 2xx
  OnResponse on_response;
  std::optional<Micros> armed;
};

struct Transactions::Server {
  ServerTransaction machine;
  std::string key;
  std::string merge_key;
  Peer back;
  std::string response;
  ServerEvents events;
  std::optional<Micros> armed;
};

Transactions::Transactions(Wire& wire, const Clock& clock, const Timing& timing)
    : wire_(wire), clock_(clock), timing_(timing) {}

Transactions::~Transactions() = default;

void Transactions::arm(std::uint64_t id, std::optional<Micros> deadline,
                       std::optional<Micros>& armed) {
  if (!deadline || (armed && *armed <= *deadline)) return;
  armed = deadline;
  if (timers_.add(*deadline, id)) wire_.wake_at(*deadline);
}

// ---- client ----

Transactions::NewClient Transactions::name_client() {
  std::uint64_t id = next_id_++;
  // The number finds the transaction, the random part keeps others from guessing it.
  return {id, fmt::format("{}{:x}.{:016x}", cookie, id, random_u64())};
}

void Transactions::send(const NewClient& name, std::string_view method, const Peer& to,
                        std::string request, OnResponse on_response) {
  auto client = std::make_unique<Client>(
      Client{.machine = ClientTransaction(method == "INVITE", is_reliable(to.transport), timing_,
                                          clock_.elapsed()),
             .branch = name.branch,
             .method = std::string(method),
             .sent = {to, std::move(request), false},
             .cancels = 0,
             .ack = {},
             .on_response = std::move(on_response),
             .armed = {}});
  insert(name.id, std::move(client));
}

void Transactions::insert(std::uint64_t id, std::unique_ptr<Client> client) {
  Client& placed = *clients_.emplace(id, std::move(client)).first->second;
  wire_.send(placed.sent.to, placed.sent.request, id);
  arm(id, placed.machine.next_deadline(), placed.armed);
}

void Transactions::send_cancel(std::uint64_t invite, const Peer& to, std::string request) {
  auto found = clients_.find(invite);
  if (found == clients_.end() || cancel_of_invite_.contains(invite)) return;
  std::uint64_t id = next_id_++;
  cancel_of_invite_.emplace(invite, id);
  insert(id, std::make_unique<Client>(Client{
                 .machine =
                     ClientTransaction(false, is_reliable(to.transport), timing_, clock_.elapsed()),
                 .branch = found->second->branch,
                 .method = "CANCEL",
                 .sent = {to, std::move(request), false},
                 .cancels = invite,
                 .ack = {},
                 .on_response = nullptr,
                 .armed = {}}));
}

void Transactions::erase(std::uint64_t id) {
  auto found = clients_.find(id);
  if (found == clients_.end()) return;
  cancel_of_invite_.erase(found->second->cancels);
  clients_.erase(found);
}

const Transactions::Sent* Transactions::find_sent(std::uint64_t id) const {
  auto found = clients_.find(id);
  if (found == clients_.end() ||
      found->second->machine.state() > ClientTransaction::State::proceeding)
    return nullptr;
  return &found->second->sent;
}

bool Transactions::on_response(const SipMessage& response) {
  std::string_view branch = response.via.branch;
  if (!branch.starts_with(cookie)) return false;
  std::string_view number = branch.substr(cookie.size());
  std::uint64_t id = 0;
  auto [end, fault] = std::from_chars(number.data(), number.data() + number.size(), id, 16);
  if (response.cseq.method == "CANCEL") {
    auto cancel = cancel_of_invite_.find(id);
    id = cancel == cancel_of_invite_.end() ? 0 : cancel->second;
  }
  auto found = clients_.find(id);
  if (fault != std::errc() || found == clients_.end()) return false;
  Client& client = *found->second;
  if (client.branch != branch || client.method != response.cseq.method) return false;

  auto actions = client.machine.on_response(response.status, clock_.elapsed());
  client.sent.provisional = true;
  if (actions.acknowledge) {
    if (client.ack.empty()) client.ack = compose_ack(client.sent.request, response.header("To"));
    wire_.send(client.sent.to, client.ack, 0);
  }
  // A final response's transaction only lingers; its request is not needed again.
  if (response.status >= 200) client.sent.request = {};
  arm(id, client.machine.next_deadline(), client.armed);
  if (actions.deliver && client.on_response) {
    // The user may start and forget transactions, so nothing of this one is touched after it; what
    // it holds must live through the call.
    OnResponse user = std::move(client.on_response);
    client.on_response = nullptr;
    bool more = response.status < 300 && client.method == "INVITE";
    more = more || response.status < 200;
    user(response);
    auto still = clients_.find(id);
    if (more && still != clients_.end()) still->second->on_response = std::move(user);
  }
  return true;
}

void Transactions::fail(std::uint64_t id, int status) {
  auto found = clients_.find(id);
  if (found == clients_.end()) return;
  auto client = std::move(found->second);
  cancel_of_invite_.erase(client->cancels);
  clients_.erase(found);
  if (!client->on_response) return;
  SipMessage made_up;
  made_up.status = status;
  made_up.cseq.method = client->method;
  client->on_response(made_up);
}

void Transactions::on_send_failed(std::uint64_t tag) {
  auto found = clients_.find(tag);
  if (found != clients_.end() && found->second->machine.on_send_failed()) fail(tag, 503);
}

// ---- server ----

std::string Transactions::key_of(const SipMessage& request, std::string_view method) {
  const Via& via = request.via;
  if (via.branch.starts_with(cookie))
    return fmt::format("{}|{}:{}|{}", via.branch, via.host, via.port, method);
  // Departure: of RFC 2543's rules (section 17.2.3) those that hold for an ACK as well, whose To
  // has a tag that the INVITE's had not.
  return fmt::format("{}|{}|{}|{}:{}|{}", request.call_id, request.from.tag, request.cseq.number,
                     via.host, via.port, method);
}

std::string Transactions::merge_key(const SipMessage& request) {
  return fmt::format("{}|{}|{}|{}", request.call_id, request.from.tag, request.cseq.number,
                     request.method);
}

Transactions::Incoming Transactions::on_request(const SipMessage& request) {
  bool ack = request.method == "ACK";
  auto found = server_of_key_.find(key_of(request, ack ? "INVITE" : request.method));
  // An ACK of a 2xx has a branch of its own.
  if (found == server_of_key_.end()) return ack ? Incoming::ack_of_2xx : Incoming::fresh;
  Server& server = *servers_.at(found->second);
  if (ack) {
    bool of_user = server.machine.on_ack(clock_.elapsed());
    arm(found->second, server.machine.next_deadline(), server.armed);
    return of_user ? Incoming::ack_of_2xx : Incoming::handled;
  }
  if (server.machine.on_retransmission().resend && !server.response.empty())
    wire_.send(server.back, server.response, 0);
  return Incoming::handled;
}

ServerId Transactions::start(const SipMessage& request, const Peer& source, ServerEvents events) {
  ServerId id = next_id_++;
  auto server = std::make_unique<Server>(Server{
      .machine =
          ServerTransaction(request.method == "INVITE", is_reliable(source.transport), timing_),
      .key = key_of(request, request.method),
      .merge_key = request.to.tag.empty() ? merge_key(request) : std::string(),
      .back = response_target(request, source),
      .response = {},
      .events = std::move(events),
      .armed = {}});
  server_of_key_.emplace(server->key, id);
  if (!server->merge_key.empty()) server_of_merge_key_.emplace(server->merge_key, id);
  servers_.emplace(id, std::move(server));
  return id;
}

ServerId Transactions::find_invite(const SipMessage& cancel) const {
  auto found = server_of_key_.find(key_of(cancel, "INVITE"));
  return found == server_of_key_.end() ? 0 : found->second;
}

void Transactions::cancel(ServerId invite, const SipMessage& cancel) {
  auto found = servers_.find(invite);
  if (found == servers_.end() || !found->second->events.on_cancel) return;
  auto on_cancel = std::move(found->second->events.on_cancel);
  found->second->events.on_cancel = nullptr;  // one is enough
  on_cancel(cancel);
}

std::string Transactions::local_tag(ServerId id) const {
  auto found = servers_.find(id);
  return found == servers_.end() ? std::string() : found->second->events.local_tag;
}

bool Transactions::is_merged(const SipMessage& request) const {
  return request.to.tag.empty() && server_of_merge_key_.contains(merge_key(request));
}

void Transactions::respond(ServerId id, int status, std::string response) {
  auto found = servers_.find(id);
  if (found == servers_.end()) return;
  Server& server = *found->second;
  if (!server.machine.respond(status, clock_.elapsed())) return;
  server.response = std::move(response);
  if (status >= 200) server.events.on_cancel = nullptr;
  wire_.send(server.back, server.response, 0);
  arm(id, server.machine.next_deadline(), server.armed);
}

void Transactions::resend(ServerId id) {
  auto found = servers_.find(id);
  if (found != servers_.end()) wire_.send(found->second->back, found->second->response, 0);
}

// ---- time ----

void Transactions::on_time() {
  Micros now = clock_.elapsed();
  while (auto due = timers_.take_due(now)) {
    if (auto client = clients_.find(due->owner); client != clients_.end()) {
      Client& one = *client->second;
      if (one.armed != due->at) continue;  // an older entry of the same owner
      one.armed.reset();
      auto actions = one.machine.on_time(now);
      if (actions.resend) wire_.send(one.sent.to, one.sent.request, due->owner);
      if (actions.timed_out)
        fail(due->owner, 408);
      else if (one.machine.state() == ClientTransaction::State::terminated)
        erase(due->owner);
      else
        arm(due->owner, one.machine.next_deadline(), one.armed);
    } else if (auto server = servers_.find(due->owner); server != servers_.end()) {
      Server& one = *server->second;
      if (one.armed != due->at) continue;
      one.armed.reset();
      if (one.machine.on_time(now).resend) wire_.send(one.back, one.response, 0);
      if (one.machine.state() == ServerTransaction::State::terminated) {
        server_of_key_.erase(one.key);
        server_of_merge_key_.erase(one.merge_key);
        servers_.erase(server);
      } else {
        arm(due->owner, one.machine.next_deadline(), one.armed);
      }
    }
  }
}

}  // namespace cloudvno::sip
