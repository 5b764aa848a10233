// States and events.
#include "domain/verify/move_verification.hpp"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "domain/verify/verification_json.hpp"
#include "domain/verify/verification_store.hpp"

namespace cloudvno::verify {

void tell_verification(storage::Transaction& tx, const webhooks::Outbox& outbox,
                       const vault::Keys& keys, const Verification& verification, Time now,
                       std::vector<webhooks::Delivery>& told) {
  webhooks::Event event;
  event.account = verification.account;
  event.live = verification.live;
  event.type = verification.status == Status::pending
                   ? "verification.created"
                   : fmt::format("verification.{}", status_name(verification.status));
  event.resource_sid = verification.sid.str();
  event.sequence = verification.sequence;
  event.data = boost::json::serialize(to_json(verification, now));
  event.created_at = now;
  outbox.record(tx, keys, std::move(event), told);
}

void move_verification(storage::Transaction& tx, const webhooks::Outbox& outbox,
                       const vault::Keys& keys, Verification& verification, Status to, Time now,
                       std::vector<webhooks::Delivery>& told) {
  verification.status = to;
  verification.updated_at = now;
  ++verification.sequence;
  write_state(tx, verification);
  tell_verification(tx, outbox, keys, verification, now, told);
}

}  // namespace cloudvno::verify
