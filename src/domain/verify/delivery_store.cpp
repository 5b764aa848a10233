// SQL of the table verification_delivery.
#include "domain/verify/delivery_store.hpp"

#include "platform/cluster/node_store.hpp"

namespace cloudvno::verify {

void insert_delivery(storage::Transaction& tx, const CodeDelivery& delivery, std::string_view owner,
                     Time now) {
  tx.run(
      "INSERT INTO verification_delivery (verification_sid, number, account_sid, channel, tries, "
      "due_at, owner) VALUES ($1, $2, $3, $4, $5, $6, $7)",
      delivery.verification, delivery.number, delivery.account, channel_name(delivery.channel), 0,
      now, owner);
}

std::vector<CodeDelivery> list_due_deliveries(storage::Transaction& tx, std::string_view owner,
                                              Channel channel, Time now, std::int64_t most) {
  const auto rows = tx.query(
      "SELECT verification_sid, number, account_sid, channel, tries FROM verification_delivery "
      "WHERE owner = $1 AND channel = $2 AND due_at <= $3 ORDER BY due_at LIMIT $4",
      owner, channel_name(channel), now, most);
  std::vector<CodeDelivery> all;
  while (rows->next()) {
    all.push_back({rows->sid<VerificationSid>(0), static_cast<int>(rows->integer(1)),
                   rows->sid<AccountSid>(2), parse_channel(rows->text(3)).value_or(Channel::email),
                   static_cast<int>(rows->integer(4))});
  }
  return all;
}

void postpone_delivery(storage::Transaction& tx, const CodeDelivery& delivery, Time due_at) {
  tx.run(
      "UPDATE verification_delivery SET tries = tries + 1, due_at = $3 "
      "WHERE verification_sid = $1 AND number = $2",
      delivery.verification, delivery.number, due_at);
}

void delete_delivery(storage::Transaction& tx, const CodeDelivery& delivery) {
  tx.run("DELETE FROM verification_delivery WHERE verification_sid = $1 AND number = $2",
         delivery.verification, delivery.number);
}

std::int64_t move_deliveries(storage::Transaction& tx, std::string_view from, std::string_view to) {
  return tx.run(
      "UPDATE verification_delivery SET owner = $2 WHERE owner = $1 AND verification_sid IN "
      "(SELECT verification_sid FROM verification_delivery WHERE owner = $1 LIMIT $3)",
      from, to, cluster::most_moved);
}

}  // namespace cloudvno::verify
