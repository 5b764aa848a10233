// The front of messaging.
#include "domain/messaging/messaging.hpp"

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "domain/messaging/answer_inbound.hpp"
#include "domain/messaging/apply_receipt.hpp"
#include "domain/messaging/messages_api.hpp"
#include "domain/messaging/queue_store.hpp"
#include "domain/messaging/receive_message.hpp"
#include "platform/net/event.hpp"

namespace cloudvno::messaging {
namespace {

// A receipt may overtake the answer to its submit_sm: looked for again after these, then given up
// as unknown.
constexpr std::chrono::milliseconds receipt_retries[] = {
    std::chrono::milliseconds(100), std::chrono::milliseconds(400),
    std::chrono::milliseconds(1'500), std::chrono::milliseconds(3'000)};
// Of one carrier: a link takes twice as many at once, or the answers that bring the ids would wait
// behind receipts of messages that nobody knows (after a crash, say).
constexpr std::size_t most_waiting_receipts = 50;

}  // namespace

Messaging::Messaging(storage::Database& database, cluster::Node& node, const vault::Vault& vault,
                     accounts::Accounts& accounts, webhooks::Webhooks& webhooks, MediaSource& media,
                     const Clock& clock, net::Executor control, std::string public_url)
    : database_(database),
      vault_(vault),
      accounts_(accounts),
      webhooks_(webhooks),
      clock_(clock),
      dispatcher_(database, node, vault, accounts, webhooks, clock, control),
      media_fetches_(database, node, accounts, webhooks, clock, media, control,
                     [this](Accepted message) { accepted(std::move(message)); }),
      outbound_{dispatcher_.router(), node.owner(), std::move(public_url)},
      tasks_(control, "messaging") {
  dispatcher_.on_waiting_for_media([this] {
    media_fetches_.look();
    media_fetches_.tick();
  });
  node.adopts({move_queue, [this] {
                 dispatcher_.adopted();
                 media_fetches_.look();
               }});
  webhooks_.on_success("message.inbound",
                       [this](const webhooks::Delivery& delivery, const http::Response& response) {
                         return answer_inbound(delivery, response);
                       });
}

void Messaging::add_carrier(Carrier& carrier, routing::Route route) {
  route.most_media = carrier.traits().most_media;
  dispatcher_.add_carrier(carrier, std::move(route));
}

void Messaging::mount(api::Api& api) {
  mount_messages(api, {dispatcher_.overload(), vault_, outbound_, webhooks_.outbox(),
                       [this](Accepted message) { accepted(std::move(message)); },
                       [this](auto told) { webhooks_.kept(std::move(told)); }});
}

Overload::Place Messaging::admit(const http::Request& request) {
  // One that nobody counts.
  static const Overload::Place free(std::shared_ptr<void>(), &free);
  return makes_messages(request) ? dispatcher_.overload().enter() : free;
}

void Messaging::tick() {
  dispatcher_.tick();
  media_fetches_.tick();
}

net::Task<> Messaging::stop() {
  constexpr std::chrono::seconds patience{10};
  co_await media_fetches_.stop();
  co_await dispatcher_.stop(patience);
  tasks_.cancel();
  co_await tasks_.wait();
}

void Messaging::on_window_open(Carrier&) {
  dispatcher_.pump();
}

void Messaging::on_receipt(Carrier& carrier, Receipt receipt, std::function<void(Intake)> done) {
  tasks_.spawn("receipt",
               take_receipt(std::string(carrier.name()), std::move(receipt), std::move(done)));
}

void Messaging::on_inbound(Carrier& carrier, InboundPart part, std::function<void(Intake)> done) {
  tasks_.spawn("inbound",
               take_inbound(std::string(carrier.name()), std::move(part), std::move(done)));
}

net::Task<> Messaging::take_receipt(std::string carrier, Receipt receipt,
                                    std::function<void(Intake)> done) {
  static auto& unknown =
      metrics::counter("cloudvno_receipts_unknown_total", "Receipts whose message id is not known");
  std::size_t retries = 0;
  while (true) {
    auto effect = co_await database_.transact([&, now = clock_.now()](storage::Transaction& tx) {
      return apply_receipt(tx, vault_, accounts_, webhooks_.outbox(), carrier, receipt, now);
    });
    if (!effect) {
      done(Intake::try_later);
      co_return;
    }
    if (effect->known) {
      done(Intake::kept);
      if (effect->ended) dispatcher_.receipt(carrier, receipt.state == ReceiptState::delivered);
      webhooks_.kept(std::move(effect->told));
      co_return;
    }
    // Only the answer to what is out just now can still bring the id.
    if (!(effect->may_come || dispatcher_.may_learn_ids(carrier)) ||
        retries == std::size(receipt_retries)) {
      break;
    }
    auto& waiting = waiting_receipts_[carrier];
    if (waiting == most_waiting_receipts) {
      done(Intake::try_later);
      co_return;
    }
    const struct Waiting {
      explicit Waiting(std::size_t& all) : count(++all) {}
      ~Waiting() { --count; }
      std::size_t& count;
    } one(waiting);
    co_await net::sleep_for(receipt_retries[retries++]);
  }
  // A full disk answers reads: the id may be here, and not yet there.
  if (dispatcher_.holds_outcomes(carrier)) {
    done(Intake::try_later);
    co_return;
  }
  unknown.add();
  done(Intake::not_ours);
}

net::Task<> Messaging::take_inbound(std::string carrier, InboundPart part,
                                    std::function<void(Intake)> done) {
  static auto& received =
      metrics::counter("cloudvno_inbound_total", "Inbound SMS parts that an account took");
  static auto& strange = metrics::counter("cloudvno_inbound_unknown_total",
                                          "Inbound SMS parts to numbers that nobody holds");
  auto effect = co_await database_.transact([&, now = clock_.now()](storage::Transaction& tx) {
    return receive_message(tx, vault_, accounts_, outbound_, webhooks_.outbox(), carrier, part,
                           now);
  });
  if (!effect) {
    done(Intake::try_later);
    co_return;
  }
  (effect->ours ? received : strange).add();
  done(effect->ours ? Intake::kept : Intake::not_ours);
  webhooks_.kept(std::move(effect->told));
  if (effect->reply) accepted(std::move(*effect->reply));
}

Result<> Messaging::admits() const {
  if (!dispatcher_.overload().refuses()) return {};
  return fail(too_fast());
}

net::Task<Result<Message>> Messaging::send(Draft draft) {
  if (dispatcher_.overload().refuses()) co_return fail(too_fast());
  const Overload::Accepting accepting(dispatcher_.overload());
  CO_TRY_ASSIGN(const auto account, co_await accounts_.find(draft.account));
  draft.paced = account->rate_limited;
  CO_TRY_ASSIGN(auto taken,
                co_await database_.transact([&, now = clock_.now()](storage::Transaction& tx) {
                  return accept_message(tx, vault_, *account->keys, outbound_, draft, now);
                }));
  auto message = taken.message;
  accepted(std::move(taken));
  co_return message;
}

net::Task<Result<std::string>> Messaging::submit(SubmittedPart part) {
  if (dispatcher_.overload().refuses()) co_return fail(Errc::rate_limit_exceeded);
  const Overload::Accepting accepting(dispatcher_.overload());
  CO_TRY_ASSIGN(const auto account, co_await accounts_.find(part.account));
  CO_TRY_ASSIGN(auto taken,
                co_await database_.transact([&, now = clock_.now()](storage::Transaction& tx) {
                  return submit_part(tx, vault_, *account, outbound_, part, now);
                }));
  if (taken.accepted) accepted(std::move(*taken.accepted));
  if (taken.refused) co_return fail(std::move(*taken.refused));
  co_return std::move(taken.message_id);
}

net::Task<Result<Message>> Messaging::find(SubmittedRef which) {
  CO_TRY_ASSIGN(const auto account, co_await accounts_.find(which.account));
  co_return co_await database_.read(
      [&](storage::Transaction& tx) { return find_submitted(tx, *account->keys, which); });
}

net::Task<Result<>> Messaging::cancel(SubmittedRef which) {
  CO_TRY_ASSIGN(const auto account, co_await accounts_.find(which.account));
  std::vector<webhooks::Delivery> told;
  CO_TRY(co_await database_.transact([&, now = clock_.now()](storage::Transaction& tx) {
    told.clear();
    return cancel_submitted(tx, webhooks_.outbox(), *account->keys, which, now, told);
  }));
  webhooks_.kept(std::move(told));
  co_return Result<>();
}

net::Task<Result<>> Messaging::cancel_to(SubmittedRef from, PhoneNumber to) {
  CO_TRY_ASSIGN(const auto account, co_await accounts_.find(from.account));
  std::vector<webhooks::Delivery> told;
  CO_TRY(co_await database_.transact([&, now = clock_.now()](storage::Transaction& tx) {
    told.clear();
    return cancel_submitted_to(tx, webhooks_.outbox(), *account->keys, from, to, now, told);
  }));
  webhooks_.kept(std::move(told));
  co_return Result<>();
}

net::Task<Result<>> Messaging::replace(Replacement replacement) {
  CO_TRY_ASSIGN(const auto account, co_await accounts_.find(replacement.which.account));
  co_return co_await database_.transact([&, now = clock_.now()](storage::Transaction& tx) {
    return replace_submitted(tx, *account->keys, replacement, now);
  });
}

net::Task<> Messaging::end_overdue_submits() {
  while (true) {
    auto ended = co_await database_.transact([&, now = clock_.now()](storage::Transaction& tx) {
      return end_overdue_submit(tx, vault_, accounts_, outbound_, now);
    });
    if (!ended || !ended->any) co_return;
    if (ended->accepted) accepted(std::move(*ended->accepted));
  }
}

webhooks::SuccessEffect Messaging::answer_inbound(const webhooks::Delivery& delivery,
                                                  const http::Response& response) {
  auto answer = std::make_shared<InboundAnswer>(read_inbound_answer(delivery, response));
  webhooks::SuccessEffect effect;
  effect.note = answer->fault;
  if (answer->is_empty()) return effect;
  effect.body = [this, answer, account = delivery.account,
                 now = clock_.now()](storage::Transaction& tx) {
    return keep_inbound_answer(tx, vault_, accounts_, outbound_, webhooks_.outbox(), account,
                               *answer, now);
  };
  effect.after = [this, answer] {
    for (auto& message : answer->messages) accepted(std::move(message));
    webhooks_.kept(std::move(answer->callbacks));
  };
  return effect;
}

}  // namespace cloudvno::messaging
