// Binds and requests of customers' ESMEs.
#include "connectors/smpp_customer/smpp_customer.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "connectors/smpp_customer/incoming.hpp"
#include "connectors/smpp_customer/managing.hpp"
#include "platform/net/address_guard.hpp"

namespace cloudvno::smpp_customer {
namespace {

using smpp::CommandStatus;

// A credential's window is checked by us, with an answer; beyond these nothing is read.
constexpr std::size_t most_incoming = 2'000;
constexpr std::size_t most_outgoing = 1'000;
constexpr std::chrono::seconds watch_every{1};

bool is_allowed(const smpp_access::Credential& credential, const std::string& peer) {
  if (credential.allowed_addresses.empty()) return true;
  boost::system::error_code fault;
  auto address = boost::asio::ip::make_address(peer, fault);
  if (fault) return false;
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
  }
  return std::ranges::any_of(credential.allowed_addresses, [&](const std::string& text) {
    const auto range = net::AddressRange::parse(text);
    return range && range->contains(address);
  });
}

metrics::Counter& refused_binds() {
  static auto& counter =
      metrics::counter("cloudvno_smpp_binds_refused_total", "Binds of customers that were refused");
  return counter;
}

}  // namespace

SmppCustomer::SmppCustomer(net::Executor control, storage::Database& database, cluster::Node& node,
                           accounts::Accounts& accounts, messaging::Messaging& messaging,
                           const Clock& clock, Options options)
    : control_(control),
      database_(database),
      accounts_(accounts),
      messaging_(messaging),
      clock_(clock),
      owner_(node.owner()),
      options_(std::move(options)),
      asked_(control, "smpp_customer"),
      returning_(control, "smpp_customer.returns"),
      watching_(control, "smpp_customer.watch") {
  node.adopts({[](storage::Transaction& tx, std::string_view from, std::string_view) {
                 return smpp_access::free_returns(tx, from);
               },
               [] {}});
  for (auto& listener : options_.listeners) {
    listener.session.incoming_window = most_incoming;
    listener.session.window = most_outgoing;
    servers_.push_back(std::make_unique<smpp::Server>(control, clock, listener, handlers()));
  }
}

Result<> SmppCustomer::start() {
  for (auto& server : servers_) TRY(server->start());
  if (!servers_.empty()) watching_.spawn("watch", watch());
  return {};
}

net::Task<> SmppCustomer::stop() {
  stopping_ = true;
  watching_.cancel();
  co_await watching_.wait();
  for (auto& server : servers_) co_await server->stop();
  co_await asked_.wait();
  co_await returning_.wait();
}

std::vector<std::uint16_t> SmppCustomer::local_ports() const {
  std::vector<std::uint16_t> ports;
  for (const auto& server : servers_) ports.push_back(server->local_port());
  return ports;
}

std::size_t SmppCustomer::binds() const {
  std::size_t count = 0;
  for (const auto& [name, bound] : bound_) count += bound->sessions.size();
  return count;
}

smpp::ServerHandlers SmppCustomer::handlers() {
  smpp::ServerHandlers handlers;
  handlers.authenticate = [this](const smpp::Bind& bind, const std::string& peer,
                                 smpp::BindAnswer answer) {
    if (stopping_) return answer(CommandStatus::ESME_RSYSERR);
    asked_.spawn("bind", let_in(bind, peer, std::move(answer)));
  };
  handlers.on_session = [this](SessionPtr session, const smpp::Bind& bind) {
    on_session(std::move(session), bind);
  };
  return handlers;
}

net::Task<> SmppCustomer::let_in(smpp::Bind bind, std::string peer, smpp::BindAnswer answer) {
  if (gate_.is_banned(peer, clock_.elapsed())) {
    refused_binds().add();
    co_return answer(CommandStatus::ESME_RBINDFAIL);
  }
  auto holder = co_await database_.read([&](storage::Transaction& tx) {
    return smpp_access::find_holder(tx, accounts_, bind.system_id, bind.password);
  });
  const bool guessed = !holder && holder.error().code == Errc::unauthorized;
  if (!holder && !guessed && holder.error().code != Errc::account_suspended) {
    co_return answer(CommandStatus::ESME_RSYSERR);
  }
  auto status = CommandStatus::ESME_RBINDFAIL;
  if (holder && is_allowed(holder->credential, peer)) {
    const auto bound = bound_.find(bind.system_id);
    const auto binds =
        bound == bound_.end() ? 0 : static_cast<std::int64_t>(bound->second->sessions.size());
    status = binds < holder->credential.max_binds ? CommandStatus::ESME_ROK
                                                  : CommandStatus::ESME_RALYBND;
  }
  if (status == CommandStatus::ESME_ROK) {
    admitted_.insert_or_assign(bind.system_id, std::move(*holder));
    answer(status);  // which calls on_session, unless the peer is gone
    admitted_.erase(bind.system_id);
    co_return;
  }
  refused_binds().add();
  if (guessed && gate_.failed(peer, clock_.elapsed())) log::warn("smpp_customer.address_banned");
  co_await net::sleep_for(options_.refusal_delay);
  answer(status);
}

void SmppCustomer::set_holder(Bound& bound, smpp_access::Holder holder) {
  auto rate = holder.credential.messages_per_second;
  if (holder.account->rate_limited) rate = std::min(rate, options_.most_per_second);
  const bool same = bound.pace &&
                    bound.holder.credential.updated_at == holder.credential.updated_at &&
                    bound.holder.account->rate_limited == holder.account->rate_limited;
  bound.holder = std::move(holder);
  if (bound.returns) bound.returns->set_credential(bound.holder.credential);
  if (same) return;
  // A second's worth at once: ESMEs send a window full and wait.
  const auto per_second = static_cast<std::size_t>(rate);
  bound.pace = std::make_unique<smpp::Pace>(per_second, clock_.elapsed(), per_second);
}

void SmppCustomer::on_session(SessionPtr session, const smpp::Bind& bind) {
  auto admitted = admitted_.extract(bind.system_id);
  if (admitted.empty()) return session->abort();
  auto& bound = bound_[bind.system_id];
  if (!bound) bound = std::make_shared<Bound>(admitted.mapped());
  set_holder(*bound, std::move(admitted.mapped()));
  log::info("smpp_customer.bound", {{"credential", bound->holder.credential.sid.view()}});
  smpp::SessionHandlers handlers;
  const auto under_way = std::make_shared<UnderWay>();
  handlers.on_request = [this, bound, under_way, weak = std::weak_ptr(session)](smpp::Pdu&& pdu) {
    if (auto asked = weak.lock()) on_request(bound, under_way, asked, std::move(pdu));
  };
  handlers.on_writable = [bound] {
    if (bound->returns) bound->returns->wake();
  };
  handlers.on_closed = [this, bound, raw = session.get()](smpp::CloseReason) {
    on_closed(bound, raw);
  };
  session->set_handlers(std::move(handlers));
  bound->sessions.push_back(session);
  if (session->mode() == smpp::BindMode::transmitter) return;
  if (!bound->returns) {
    bound->returns = std::make_shared<Returns>(control_, database_, clock_, owner_, bound->holder);
    returning_.spawn("returns", bring(bound));
  }
  bound->returns->add(std::move(session));
}

net::Task<> SmppCustomer::bring(BoundPtr bound) {
  const auto returns = bound->returns;
  co_await returns->run();
  if (bound->returns == returns) bound->returns.reset();
}

void SmppCustomer::on_closed(const BoundPtr& bound, const smpp::Session* session) {
  std::erase_if(bound->sessions, [&](const auto& each) { return each.get() == session; });
  if (bound->returns) bound->returns->remove(session);
  if (!bound->sessions.empty()) return;
  log::info("smpp_customer.unbound", {{"credential", bound->holder.credential.sid.view()}});
}

void SmppCustomer::on_request(const BoundPtr& bound, const std::shared_ptr<UnderWay>& under_way,
                              const SessionPtr& session, smpp::Pdu&& pdu) {
  static auto& throttled =
      metrics::counter("cloudvno_smpp_throttled_total", "Requests of ESMEs beyond pace or window");
  const auto command = smpp::command_id(pdu);
  if (!smpp::wants_response(command)) return;
  const auto refuse = [&](CommandStatus status) {
    session->respond(pdu.sequence, status, smpp::empty_response(command));
  };
  auto* one = std::get_if<smpp::SubmitSm>(&pdu.body);
  auto* data = std::get_if<smpp::DataSm>(&pdu.body);
  auto* many = std::get_if<smpp::SubmitMulti>(&pdu.body);
  const bool submits = one || data || many;
  if (!submits && !is_managing(pdu.body)) return refuse(CommandStatus::ESME_RINVCMDID);
  if (stopping_) return refuse(CommandStatus::ESME_RSYSERR);
  const auto messages = many ? many->destinations.size() : 1;
  const auto now = clock_.elapsed();
  if (under_way->count >= bound->holder.credential.window || bound->pace->tokens(now) < messages) {
    throttled.add();
    return refuse(CommandStatus::ESME_RTHROTTLED);
  }
  for (std::size_t i = 0; i < messages; ++i) bound->pace->take(now);
  if (!submits) {
    ++under_way->count;
    asked_.spawn("manage", manage_one(bound, under_way, session, std::move(pdu)));
    return;
  }
  if (many) {
    ++under_way->count;
    asked_.spawn("submit_multi",
                 submit_many(bound, under_way, session, pdu.sequence, std::move(*many)));
    return;
  }
  auto read = one ? read_submit(*one, clock_.now()) : read_submit(*data, clock_.now());
  if (!read) return refuse(read.error());
  ++under_way->count;
  asked_.spawn("submit", submit_one(bound, under_way, session, pdu.sequence, std::move(*read),
                                    data != nullptr));
}

namespace {

void sign(messaging::SubmittedPart& part, const smpp_access::Credential& credential) {
  part.credential = credential.sid;
  part.account = credential.account;
  part.live = credential.live;
}

}  // namespace

net::Task<> SmppCustomer::submit_one(BoundPtr bound, std::shared_ptr<UnderWay> under_way,
                                     SessionPtr session, std::uint32_t sequence,
                                     messaging::SubmittedPart part, bool data_sm) {
  sign(part, bound->holder.credential);
  auto taken = co_await messaging_.submit(std::move(part));
  --under_way->count;
  const auto status = taken ? CommandStatus::ESME_ROK : status_of(taken.error());
  const auto id = std::move(taken).value_or(std::string());
  if (data_sm) {
    session->respond(sequence, status, smpp::DataSmResp{id, {}});
  } else {
    session->respond(sequence, status, smpp::SubmitSmResp{id, {}});
  }
}

net::Task<> SmppCustomer::manage_one(BoundPtr bound, std::shared_ptr<UnderWay> under_way,
                                     SessionPtr session, smpp::Pdu pdu) {
  const auto sequence = pdu.sequence;
  const auto managed =
      co_await manage(messaging_, bound->holder.credential, std::move(pdu.body), clock_.now());
  --under_way->count;
  session->respond(sequence, managed.status, managed.answer);
}

// A message for each destination. All receipts name the first one's id, which is what the answer
// has place for (section 4.5.2); they differ by source_addr.
net::Task<> SmppCustomer::submit_many(BoundPtr bound, std::shared_ptr<UnderWay> under_way,
                                      SessionPtr session, std::uint32_t sequence,
                                      smpp::SubmitMulti submit) {
  smpp::SubmitMultiResp answer;
  auto status = CommandStatus::ESME_RSUBMITFAIL;
  MessageSid first;
  for (auto& each : read_submit(submit, clock_.now())) {
    auto failed = each.read ? CommandStatus::ESME_ROK : each.read.error();
    if (each.read) {
      auto part = std::move(*each.read);
      sign(part, bound->holder.credential);
      part.receipt_id = first;
      const auto taken = co_await messaging_.submit(std::move(part));
      if (!taken) failed = status_of(taken.error());
      if (taken && first.is_nil()) first = MessageSid::from_store(*taken);
    }
    if (failed == CommandStatus::ESME_ROK) continue;
    answer.unsuccess_smes.push_back({std::move(each.destination), failed});
  }
  --under_way->count;
  if (!first.is_nil()) {
    status = CommandStatus::ESME_ROK;
    answer.message_id = first.str();
  }
  session->respond(sequence, status, answer);
}

// Credentials that were changed or revoked, here or by another process; suspended accounts.
net::Task<> SmppCustomer::watch() {
  while (true) {
    co_await net::sleep_for(watch_every);
    std::erase_if(bound_, [](const auto& each) {
      return each.second->sessions.empty() && !each.second->returns;
    });
    std::vector<BoundPtr> all;
    for (const auto& [name, bound] : bound_) all.push_back(bound);
    for (const auto& bound : all) {
      const auto account = bound->holder.credential.account;
      const auto sid = bound->holder.credential.sid;
      auto holder =
          co_await database_.read([&](storage::Transaction& tx) -> Result<smpp_access::Holder> {
            smpp_access::Holder now;
            TRY_ASSIGN(now.account, accounts_.find(tx, account));
            TRY_ASSIGN(now.credential,
                       smpp_access::find_credential(tx, *now.account->keys, account, sid));
            return now;
          });
      const bool gone = !holder && holder.error().code == Errc::not_found;
      if (!holder && !gone) continue;  // the store is away: judged again in a second
      if (gone || holder->account->status == accounts::AccountStatus::suspended) {
        const auto sessions = bound->sessions;
        for (const auto& session : sessions) session->close();
      } else {
        set_holder(*bound, std::move(*holder));
      }
    }
  }
}

}  // namespace cloudvno::smpp_customer
