// Bringing codes out.
#include "domain/verify/deliveries.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "domain/verify/choose_number.hpp"
#include "domain/verify/code.hpp"
#include "domain/verify/text.hpp"
#include "domain/verify/verification_store.hpp"

namespace cloudvno::verify {
namespace {

constexpr std::chrono::seconds look_every{1};
constexpr std::chrono::seconds longest_pause{60};
constexpr std::int64_t most_looked_at = 500;  // of a channel: those that are out are among them

std::chrono::seconds pause_after(int tries) {
  return std::min(longest_pause, std::chrono::seconds(1LL << std::min(tries + 1, 6)));
}

}  // namespace

Deliveries::Deliveries(const Parts& parts, const Carriers& carriers, cluster::Node& node,
                       net::Executor control)
    : parts_(parts), carriers_(carriers), tasks_(control, "verify") {
  node.adopts({move_deliveries, [this] { look(); }});
}

void Deliveries::tick() {
  const auto now = parts_.clock.now();
  if (loading_) return;
  if (!look_ && now - looked_at_ < look_every) return;
  tasks_.spawn("load", load());
}

net::Task<> Deliveries::stop() {
  tasks_.cancel();
  co_await tasks_.wait();
}

bool Deliveries::has_room(const CodeDelivery& delivery) const {
  std::size_t of_channel = 0;
  std::size_t of_account = 0;
  for (const auto& [key, one] : out_) {
    if (one.channel != delivery.channel) continue;
    ++of_channel;
    if (one.account == delivery.account) ++of_account;
  }
  return of_channel < most_of_channel && of_account < most_of_account;
}

net::Task<> Deliveries::load() {
  loading_ = true;
  look_ = false;
  looked_at_ = parts_.clock.now();
  const auto found = co_await parts_.database.read(
      [&, now = looked_at_](storage::Transaction& tx) -> Result<std::vector<CodeDelivery>> {
        std::vector<CodeDelivery> due;
        for (const auto channel : {Channel::email, Channel::whatsapp, Channel::rcs}) {
          const auto owner = parts_.webhooks.outbox().owner();
          std::ranges::move(list_due_deliveries(tx, owner, channel, now, most_looked_at),
                            std::back_inserter(due));
        }
        return due;
      });
  loading_ = false;
  if (!found) co_return;
  for (const auto& delivery : *found) {
    if (!has_room(delivery) || !out_.emplace(delivery.key(), delivery).second) continue;
    tasks_.spawn("bring", bring(delivery));
  }
}

net::Task<> Deliveries::bring(CodeDelivery delivery) {
  // Also where a carrier throws: it is tried again then, since its row stands.
  struct Return {
    Deliveries& self;
    std::pair<VerificationSid, int> key;
    ~Return() { self.out_.erase(key); }
  } const give_back{*this, delivery.key()};
  bool over = false;
  const auto brought = co_await bring_once(delivery, over);
  co_await keep(delivery, brought, over);
  look();  // what found no room here may wait
}

net::Task<Brought> Deliveries::bring_once(const CodeDelivery& delivery, bool& over) {
  using enum Brought::Result;
  const auto account = co_await parts_.accounts.find(delivery.account);
  if (!account) {
    over = account.error().code == Errc::not_found;
    co_return Brought{try_again, {}};
  }
  const auto& keys = *(*account)->keys;
  OutgoingCode code;
  const auto verification =
      co_await parts_.database.read([&](storage::Transaction& tx) -> Result<Verification> {
        TRY_ASSIGN(auto found,
                   find_verification(tx, keys, delivery.account, delivery.verification));
        const auto to = PhoneNumber::parse(found.to);
        if (to) {
          const auto from =
              choose_number(tx, keys, found.account, found.live, *to, Capability::sms);
          if (from) code.from = from->number.e164();
        }
        return found;
      });
  if (!verification) {
    over = verification.error().code == Errc::not_found;
    co_return Brought{try_again, {}};
  }
  if (verification->is_over(parts_.clock.now())) {
    over = true;
    co_return Brought{done, {}};
  }
  auto* carrier = carriers_.find(delivery.channel, verification->live);
  if (!carrier) co_return Brought{refused, "The platform is not set up for this channel any more."};
  code.account = delivery.account;
  code.channel = delivery.channel;
  code.to = verification->to;
  code.code = derive_code(keys, verification->sid, verification->request.code_length);
  code.locale = verification->request.locale;
  const bool is_email = delivery.channel == Channel::email;
  if (is_email) code.subject = email_subject(verification->request);
  code.text = is_email ? email_text(verification->request, code.code)
                       : message_text(verification->request, code.code);
  co_return co_await carrier->bring(std::move(code));
}

net::Task<> Deliveries::keep(const CodeDelivery& delivery, const Brought& brought, bool over) {
  using enum Brought::Result;
  static auto& sent = metrics::counter("cloudvno_verify_brought_total",
                                       "Codes brought out by e-mail, WhatsApp or RCS");
  static auto& failed = metrics::counter("cloudvno_verify_failed_total",
                                         "Codes that e-mail, WhatsApp or RCS refused for good");
  if (brought.result == done && !over) sent.add();
  if (brought.result == refused) failed.add();
  if (brought.result != done && !over) {
    log::warn("verify.not_brought", {{"verification", delivery.verification.view()},
                                     {"channel", channel_name(delivery.channel)},
                                     {"reason", brought.reason}});
  }
  // Without a record it goes again: twice is better than never.
  static_cast<void>(co_await parts_.database.transact(
      [&, now = parts_.clock.now()](storage::Transaction& tx) -> Result<bool> {
        if (over || brought.result != try_again) {
          delete_delivery(tx, delivery);
        } else {
          postpone_delivery(tx, delivery, now + pause_after(delivery.tries));
        }
        if (!over) write_delivery_error(tx, delivery.verification, brought.reason);
        return true;
      }));
}

}  // namespace cloudvno::verify
