// The front of voice.
#include "domain/voice/voice.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "domain/numbers/number_store.hpp"
#include "domain/voice/call_store.hpp"
#include "domain/voice/calls_api.hpp"
#include "domain/voice/lost_calls.hpp"
#include "domain/voice/recording_store.hpp"
#include "platform/net/event.hpp"

namespace cloudvno::voice {
namespace {

constexpr std::chrono::seconds orders_every{1};
constexpr std::chrono::seconds seen_every{5};
constexpr std::size_t most_fetched_bytes = 64 * 1024 * 1024;

metrics::Counter& calls_counted() {
  static auto& counter = metrics::counter("cloudvno_calls_total", "Calls that began, legs counted");
  return counter;
}

}  // namespace

Voice::Voice(storage::Database& database, cluster::Node& node, const vault::Vault& vault,
             accounts::Accounts& accounts, webhooks::Webhooks& webhooks, Documents& documents,
             SoundCodec& codec, Speech& speech, SendText send_text, const Clock& clock,
             net::Executor control, VoiceOptions options)
    : database_(database),
      vault_(vault),
      accounts_(accounts),
      webhooks_(webhooks),
      clock_(clock),
      public_url_(std::move(options.public_url)),
      patience_(options.patience),
      gate_(options.limits),
      fetched_(most_fetched_bytes),
      tasks_(control, "voice"),
      turns_(tasks_),
      parts_{database,
             webhooks,
             vault,
             clock,
             control,
             tasks_,
             turns_,
             public_url_,
             documents,
             codec,
             speech,
             fetched_,
             std::move(send_text),
             [this](bool live, const std::string& to) { return find_trunk(live, to); },
             [this](const std::string& name) { return trunk_named(name); },
             [this](SessionPtr session, net::Task<> life) {
               run(std::move(session), std::move(life), false);
             }},
      all_ended_(control) {
  node.adopts({move_calls, [this] { lost_wait_ = true; }});
  node.adopts({move_recordings, [this] { lost_wait_ = true; }});
}

void Voice::mount(api::Api& api) {
  const ApiParts parts{parts_,
                       [this](Call call, accounts::AccountPtr account) {
                         accepted(std::move(call), std::move(account));
                       },
                       [this] { orders_wait_ = true; },
                       [this](const AccountSid&) { return may_wait(); },
                       [this](const AccountSid& account) { return accounts_.find(account); }};
  mount_calls(api, parts);
  mount_recordings(api, parts);
}

Result<> Voice::may_wait() const {
  if (!stopping_ && gate_.may_wait()) return {};
  return std::unexpected(
      Error{Errc::service_unavailable, "Too many calls wait to begin.", {}, {}, 1});
}

Result<> Voice::prepare(Call& call) const {
  TRY(may_wait());
  const auto* trunk = find_trunk(call.live, call.to);
  if (!trunk) return fail(Errc::no_trunk, {}, "to");
  call.trunk = trunk->name;
  return {};
}

const Trunk* Voice::find_trunk(bool live, const std::string& to) const {
  const std::string_view digits = std::string_view(to).substr(to.starts_with('+') ? 1 : 0);
  const Trunk* best = nullptr;
  std::size_t length = 0;
  for (const auto& trunk : trunks_) {
    if (trunk.live != live) continue;
    if (trunk.prefixes.empty() && !best) best = &trunk;
    for (const auto& prefix : trunk.prefixes) {
      if (!digits.starts_with(prefix) || (best && prefix.size() < length)) continue;
      best = &trunk;
      length = prefix.size();
    }
  }
  return best;
}

const Trunk* Voice::trunk_named(const std::string& name) const {
  const auto found = std::ranges::find(trunks_, name, &Trunk::name);
  return found == trunks_.end() ? nullptr : &*found;
}

// --- running ---

void Voice::accepted(Call call, accounts::AccountPtr account) {
  const auto sid = call.sid;
  const auto of_account = call.account;
  const bool limited = account->rate_limited;
  waiting_.insert_or_assign(sid, Waiting{std::move(call), std::move(account)});
  gate_.wait(of_account, limited, [this, sid, of_account] { begin(sid, of_account); });
}

void Voice::begin(const CallSid& call, const AccountSid& account) {
  auto found = waiting_.extract(call);
  if (!found) return gate_.ended(account);
  auto& waiting = found.mapped();
  auto session =
      std::make_shared<Session>(parts_, std::move(waiting.account), std::move(waiting.call));
  auto life = session->run_outgoing();
  run(std::move(session), std::move(life), true);
}

// Its end needs no turn, and its instructions are those of the day when it comes.
void Voice::order_waiting(const CallSid& call, CallOrder order) {
  const auto found = waiting_.find(call);
  if (found == waiting_.end()) return;
  if (order.instructions) found->second.call.instructions = std::move(*order.instructions);
  if (!order.end) return;
  auto session = std::make_shared<Session>(parts_, std::move(found->second.account),
                                           std::move(found->second.call));
  waiting_.erase(found);
  session->order(std::move(order));
  auto life = session->run_outgoing();
  run(std::move(session), std::move(life), false);
}

void Voice::run(SessionPtr session, net::Task<> life, bool counted) {
  calls_counted().add();
  sessions_[session->call().sid] = session;
  orders_wait_ = true;  // it may have been given before the call was known here
  tasks_.spawn(
      "call", [](Voice& self, SessionPtr session, net::Task<> life, bool counted) -> net::Task<> {
        try {
          co_await std::move(life);
        } catch (const std::exception& exception) {
          if (!self.stopping_) {
            log::error("voice.threw",
                       {{"call", session->call().sid.view()}, {"detail", exception.what()}});
          }
        }
        self.forget(session, counted);
      }(*this, session, std::move(life), counted));
}

void Voice::forget(const SessionPtr& session, bool counted) {
  if (counted) gate_.ended(session->call().account);
  // Held until what became of it is written, or a start after a crash would end it once more.
  session->record().writes().when_empty([this, sid = session->call().sid] {
    // Not from within its own call.
    tasks_.spawn("forget", [](Voice& self, CallSid sid) -> net::Task<> {
      self.sessions_.erase(sid);
      if (self.sessions_.empty()) self.all_ended_.set();
      co_return;
    }(*this, sid));
  });
}

void Voice::on_incoming(std::unique_ptr<Leg> leg, IncomingCall call) {
  if (stopping_) return leg->reject(Rejection::unavailable);
  tasks_.spawn("incoming", take_incoming(std::move(leg), std::move(call)));
}

net::Task<> Voice::take_incoming(std::unique_ptr<Leg> leg, IncomingCall incoming) {
  struct Found {
    accounts::AccountPtr account;
    numbers::Number number;
  };
  const auto* trunk = trunk_named(incoming.trunk);
  const auto to = PhoneNumber::parse(incoming.to);
  if (!trunk || !to) co_return leg->reject(Rejection::unavailable);
  const auto found = co_await database_.read([&](storage::Transaction& tx) -> Result<Found> {
    const auto holder = numbers::find_holder(tx, vault_, *to);
    if (!holder) return fail(Errc::not_found);
    TRY_ASSIGN(auto account, accounts_.find(tx, *holder));
    TRY_ASSIGN(auto number, numbers::find_number(tx, vault_, *account->keys, *holder, *to));
    return Found{std::move(account), std::move(number)};
  });
  if (!found || found->number.live != trunk->live || !found->number.voice ||
      found->account->status != accounts::AccountStatus::active ||
      found->number.settings.voice_url.empty()) {
    co_return leg->reject(Rejection::unavailable);
  }
  const auto& settings = found->number.settings;
  Call call;
  call.sid = CallSid::make(clock_.now());
  call.account = found->account->sid;
  call.live = trunk->live;
  call.direction = Direction::inbound;
  call.status = CallStatus::ringing;
  call.from = std::move(incoming.from);
  call.to = to->e164();
  call.trunk = trunk->name;
  call.callback.url = settings.status_callback;
  call.instructions = {
      settings.voice_url, settings.voice_method, settings.voice_fallback_url, "POST", {}};
  call.created_at = call.updated_at = clock_.now();
  http::Fields parameters = std::move(incoming.parameters);
  if (!incoming.caller_name.empty()) parameters.emplace_back("CallerName", incoming.caller_name);
  if (!incoming.forwarded_from.empty()) {
    parameters.emplace_back("ForwardedFrom", incoming.forwarded_from);
  }
  if (!gate_.take_place(call.account, found->account->rate_limited)) {
    co_return leg->reject(Rejection::busy);
  }
  const auto account = call.account;
  auto session = std::make_shared<Session>(parts_, found->account, std::move(call));
  // On the disk before it rings: no call is heard that has no record.
  const auto kept = co_await session->record().insert();
  if (!kept || stopping_) {
    gate_.ended(account);
    co_return leg->reject(Rejection::unavailable);
  }
  auto life = session->run_incoming(std::move(leg), std::move(parameters));
  run(std::move(session), std::move(life), true);
}

// --- what comes by the store ---

void Voice::tick() {
  if (stopping_) return;
  const auto now = clock_.now();
  gate_.tick(clock_.elapsed());
  const bool any = !sessions_.empty() || !waiting_.empty();
  if (any && now - orders_looked_at_ >= orders_every) orders_wait_ = true;
  if (orders_wait_ && !taking_orders_ && any) tasks_.spawn("orders", take_orders());
  if (lost_wait_ && !ending_lost_) tasks_.spawn("lost", end_lost());
  if (!sessions_.empty() && !saying_seen_ && now - seen_said_at_ >= seen_every) {
    tasks_.spawn("seen", say_seen());
  }
}

net::Task<> Voice::take_orders() {
  taking_orders_ = true;
  orders_wait_ = false;
  orders_looked_at_ = clock_.now();
  const auto waiting =
      co_await database_.read([&](storage::Transaction& tx) -> Result<std::vector<WaitingOrder>> {
        return list_orders(tx, webhooks_.outbox().owner());
      });
  for (const auto& one : waiting.value_or(std::vector<WaitingOrder>())) {
    const auto account = co_await accounts_.find(one.account);
    if (!account) continue;  // erased: its rows go with it
    auto order = co_await database_.transact(
        [&](storage::Transaction& tx) -> Result<std::optional<CallOrder>> {
          return take_order(tx, *(*account)->keys, one.call);
        });
    if (!order || !*order) continue;
    const auto found = sessions_.find(one.call);
    if (found != sessions_.end()) {
      found->second->order(std::move(**order));
    } else {
      order_waiting(one.call, std::move(**order));
    }
  }
  taking_orders_ = false;
}

net::Task<> Voice::end_lost() {
  ending_lost_ = true;
  lost_wait_ = false;
  std::set<CallSid> running;
  for (const auto& [sid, session] : sessions_) running.insert(sid);
  for (const auto& [sid, waiting] : waiting_) running.insert(sid);
  auto found = co_await end_lost_calls(parts_, accounts_, std::move(running));
  ending_lost_ = false;
  if (!found) {
    lost_wait_ = true;
    co_return;
  }
  if (!found->all) lost_wait_ = true;
  for (auto& [call, account] : found->to_dial) accepted(std::move(call), std::move(account));
}

net::Task<> Voice::say_seen() {
  saying_seen_ = true;
  seen_said_at_ = clock_.now();
  static_cast<void>(co_await database_.transact([&](storage::Transaction& tx) -> Result<bool> {
    note_seen(tx, webhooks_.outbox().owner(), seen_said_at_);
    return true;
  }));
  saying_seen_ = false;
}

net::Task<> Voice::stop() {
  stopping_ = true;
  for (const auto& [sid, session] : sessions_) session->hang_up();
  // It may have been set when all had ended once before.
  while (!sessions_.empty() && co_await all_ended_.wait_for(patience_)) {
  }
  turns_.begin();
  tasks_.cancel();
  co_await tasks_.wait();
  sessions_.clear();
}

}  // namespace cloudvno::voice
