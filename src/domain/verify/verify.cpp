// The front of verification.
#include "domain/verify/verify.hpp"

#include "domain/verify/move_verification.hpp"
#include "domain/verify/verification_store.hpp"

namespace cloudvno::verify {
namespace {

constexpr std::chrono::seconds end_every{1};
constexpr std::int64_t most_ended = 200;  // in one transaction

}  // namespace

Verify::Verify(Parts parts, cluster::Node& node, net::Executor control)
    : parts_(parts),
      deliveries_(parts_, carriers_, node, control),
      tasks_(control, "verifications") {}

void Verify::mount(api::Api& api) {
  mount_verifications(api, {parts_, carriers_, [this](Sent sent, accounts::AccountPtr account) {
                              this->sent(std::move(sent), std::move(account));
                            }});
}

void Verify::sent(Sent sent, accounts::AccountPtr account) {
  parts_.webhooks.kept(std::move(sent.told));
  if (sent.message) parts_.messaging.accepted(std::move(*sent.message));
  if (sent.call) parts_.voice.placed(std::move(*sent.call), std::move(account));
  if (sent.waits_for_carrier) {
    deliveries_.look();
    deliveries_.tick();
  }
}

void Verify::tick() {
  deliveries_.tick();
  const auto now = parts_.clock.now();
  if (ending_ || now - ended_at_ < end_every) return;
  ended_at_ = now;
  tasks_.spawn("expired", end_expired());
}

// What nobody asked about learns here that its time is over, and its event goes out. Every process
// looks; the row's lock lets one end it.
net::Task<> Verify::end_expired() {
  ending_ = true;
  const auto now = parts_.clock.now();
  const auto due =
      co_await parts_.database.read([&](storage::Transaction& tx) -> Result<std::vector<Due>> {
        return list_expired(tx, now, most_ended);
      });
  if (due && !due->empty()) {
    auto told = co_await parts_.database.transact(
        [&](storage::Transaction& tx) -> Result<std::vector<webhooks::Delivery>> {
          std::vector<webhooks::Delivery> kept;
          for (const auto& [sid, account_sid] : *due) {
            const auto account = parts_.accounts.find(tx, account_sid);
            if (!account) {  // erased: its rows go with it, and hold nobody up until then
              if (account.error().code == Errc::not_found) end_unread(tx, sid);
              continue;
            }
            const auto& keys = *(*account)->keys;
            auto found = find_verification(tx, keys, account_sid, sid, storage::RowLock::wait);
            if (!found || found->status != Status::pending) continue;
            move_verification(tx, parts_.webhooks.outbox(), keys, *found, Status::expired, now,
                              kept);
          }
          return kept;
        });
    if (told) parts_.webhooks.kept(std::move(*told));
    if (told && static_cast<std::int64_t>(due->size()) == most_ended) ended_at_ = Time();
  }
  ending_ = false;
}

net::Task<> Verify::stop() {
  tasks_.cancel();
  co_await tasks_.wait();
  co_await deliveries_.stop();
}

}  // namespace cloudvno::verify
