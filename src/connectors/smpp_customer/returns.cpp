// Bringing receipts and inbound messages out.
#include "connectors/smpp_customer/returns.hpp"

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "connectors/smpp_customer/outgoing.hpp"

namespace cloudvno::smpp_customer {
namespace {

using smpp::CommandStatus;

// Other rooms and other processes write returns and tell nobody.
constexpr std::chrono::milliseconds look_every{100};
constexpr std::chrono::seconds least_wait{1};
constexpr std::chrono::seconds most_wait{300};

bool is_temporary(CommandStatus status) {
  return status == CommandStatus::ESME_RX_T_APPN || status == CommandStatus::ESME_RMSGQFUL ||
         status == CommandStatus::ESME_RTHROTTLED || status == CommandStatus::ESME_RSYSERR;
}

Micros wait_after(std::int64_t attempts) {
  const auto doubled = least_wait * (std::int64_t{1} << std::min<std::int64_t>(attempts, 10));
  return std::min<Micros>(doubled, most_wait);
}

}  // namespace

Returns::Returns(net::Executor control, storage::Database& database, const Clock& clock,
                 std::string owner, smpp_access::Holder holder)
    : database_(database),
      clock_(clock),
      owner_(std::move(owner)),
      holder_(std::move(holder)),
      changed_(control) {}

void Returns::add(SessionPtr session) {
  auto receiver = std::make_shared<Receiver>();
  receiver->session = std::move(session);
  receivers_.push_back(std::move(receiver));
  changed_.set();
}

void Returns::remove(const smpp::Session* session) {
  std::erase_if(receivers_, [&](const auto& each) { return each->session.get() == session; });
  changed_.set();
}

net::Task<> Returns::run() {
  const auto self = shared_from_this();
  while (true) {
    const bool written = co_await write_settled();
    if (receivers_.empty() && under_way_ == 0) {
      if (written) co_await give_back();
      if (receivers_.empty()) co_return;  // else somebody bound meanwhile
      continue;
    }
    bool more = false;
    if (!receivers_.empty() && static_cast<std::int64_t>(ready_.size()) < claimed_at_once / 2) {
      more = co_await claim();
    }
    send_ready();
    if (more || !settled_.empty()) continue;
    co_await changed_.wait_for(look_every);
  }
}

std::shared_ptr<Returns::Receiver> Returns::free_receiver() {
  for (std::size_t i = 0; i < receivers_.size(); ++i) {
    auto& receiver = receivers_[(next_receiver_ + i) % receivers_.size()];
    if (receiver->session->state() != smpp::SessionState::bound || !receiver->session->can_send() ||
        receiver->under_way >= holder_.credential.window) {
      continue;
    }
    next_receiver_ = (next_receiver_ + i + 1) % receivers_.size();
    return receiver;
  }
  return nullptr;
}

void Returns::send_ready() {
  while (!ready_.empty()) {
    auto receiver = free_receiver();
    if (!receiver) return;
    auto sending = std::make_shared<Sending>();
    sending->one = std::move(ready_.front());
    ready_.pop_front();
    sending->pdus =
        to_deliver_sm(sending->one, holder_.credential.long_messages == "message_payload");
    ++under_way_;
    ++receiver->under_way;
    send_next(std::move(sending), std::move(receiver));
  }
}

void Returns::send_next(std::shared_ptr<Sending> sending, std::shared_ptr<Receiver> receiver) {
  const auto& pdu = sending->pdus[sending->next];
  auto& session = *receiver->session;
  session.send(pdu, [self = shared_from_this(), sending, receiver](smpp::Outcome&& outcome) {
    self->told(sending, receiver, std::move(outcome));
  });
}

void Returns::told(std::shared_ptr<Sending> sending, std::shared_ptr<Receiver> receiver,
                   smpp::Outcome&& outcome) {
  static auto& taken = metrics::counter("cloudvno_smpp_returns_taken_total",
                                        "Receipts and inbound messages that ESMEs took");
  static auto& refused =
      metrics::counter("cloudvno_smpp_returns_refused_total", "Those that ESMEs refused for good");
  const bool last = sending->next + 1 == sending->pdus.size();
  if (outcome.accepted() && !last) {
    ++sending->next;
    send_next(std::move(sending), std::move(receiver));
    return;
  }
  --under_way_;
  --receiver->under_way;
  Settled settled{std::move(sending->one), outcome.accepted(), true};
  using Kind = smpp::Outcome::Kind;
  if (outcome.accepted()) {
    taken.add();
  } else if (outcome.kind == Kind::invalid ||
             (outcome.kind == Kind::answered && !is_temporary(outcome.response.status))) {
    // It would be refused again: given up, so that the others are not held back.
    refused.add();
    log::warn("smpp_customer.return_refused",
              {{"message", settled.one.message.view()},
               {"status", static_cast<std::uint32_t>(outcome.response.status)}});
    settled.taken = true;
  } else {
    settled.tried = outcome.kind == Kind::answered || outcome.kind == Kind::timed_out;
  }
  settled_.push_back(std::move(settled));
  changed_.set();
}

net::Task<bool> Returns::claim() {
  const auto& credential = holder_.credential;
  const auto now = clock_.now();
  const auto waiting = co_await database_.read([&](storage::Transaction& tx) -> Result<bool> {
    return smpp_access::any_waiting(tx, credential.sid, now);
  });
  if (!waiting || !*waiting) co_return false;
  auto claimed = co_await database_.transact(
      [&](storage::Transaction& tx) -> Result<std::vector<smpp_access::Return>> {
        return smpp_access::claim_returns(tx, *holder_.account->keys, credential.sid, owner_, now,
                                          claimed_at_once);
      });
  if (!claimed) co_return false;
  const bool more = static_cast<std::int64_t>(claimed->size()) == claimed_at_once &&
                    static_cast<std::int64_t>(ready_.size()) < claimed_at_once / 2;
  for (auto& one : *claimed) ready_.push_back(std::move(one));
  co_return more;
}

// False where the store could not: they stay here and are written with the next.
net::Task<bool> Returns::write_settled() {
  if (settled_.empty()) co_return true;
  auto batch = std::exchange(settled_, {});
  const auto written =
      co_await database_.transact([&, now = clock_.now()](storage::Transaction& tx) -> Result<> {
        for (const auto& each : batch) {
          if (each.taken) {
            smpp_access::delete_return(tx, each.one);
          } else {
            const auto attempts = each.one.attempts + (each.tried ? 1 : 0);
            const auto next = each.tried ? now + wait_after(each.one.attempts) : now;
            smpp_access::postpone_return(tx, each.one, owner_, attempts, next);
          }
        }
        return {};
      });
  if (written) co_return true;
  settled_.insert(settled_.begin(), std::make_move_iterator(batch.begin()),
                  std::make_move_iterator(batch.end()));
  co_await net::sleep_for(look_every);
  co_return false;
}

net::Task<> Returns::give_back() {
  const auto released = co_await database_.transact([&](storage::Transaction& tx) -> Result<> {
    smpp_access::release_returns(tx, holder_.credential.sid, owner_);
    return {};
  });
  if (released) {
    ready_.clear();
  } else {
    co_await net::sleep_for(look_every);
  }
}

}  // namespace cloudvno::smpp_customer
