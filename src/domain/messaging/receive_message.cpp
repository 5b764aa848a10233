// A message that comes in from a carrier.
#include "domain/messaging/receive_message.hpp"

#include "domain/messaging/message_store.hpp"
#include "domain/messaging/tell_state.hpp"
#include "domain/numbers/number_store.hpp"

namespace cloudvno::messaging {
namespace {

struct Joined {
  std::string text;
  int segments = 1;
};

// The whole text once the last part is there, else nothing; the part is kept meanwhile.
Result<std::optional<Joined>> join_part(storage::Transaction& tx, const vault::Keys& keys,
                                        const AccountSid& account, const InboundPart& part,
                                        Time now) {
  const auto& joint = *part.concatenation;
  const auto group = keys.blind_index(
      "inbound_part.group", fmt::format("{}:{}:{}:{}:{}", part.from.e164(), part.to.e164(),
                                        joint.reference, joint.total, joint.wide_reference));
  const auto row = [&](std::int64_t number) { return fmt::format("{}:{}", to_hex(group), number); };
  const auto keep = [&](std::int64_t number, std::string_view text) {
    tx.run(
        "INSERT INTO inbound_part (group_index, part, account_sid, text_sealed, created_at) "
        "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (group_index, part) DO UPDATE SET "
        "text_sealed = excluded.text_sealed, created_at = excluded.created_at",
        group, number, account, keys.seal({"inbound_part", "text_sealed", row(number)}, text), now);
  };
  // Part 0 has no text. Processes that take different parts at one time meet at its row: who comes
  // second finds the first one's part.
  keep(0, "");
  tx.run("DELETE FROM inbound_part WHERE group_index = $1 AND created_at <= $2", group,
         now - inbound_parts_join_within);
  keep(joint.number, part.text);
  Joined joined;
  int parts = 0;
  {
    const auto rows = tx.query(
        "SELECT part, text_sealed FROM inbound_part WHERE group_index = $1 AND part > 0 "
        "ORDER BY part",
        group);
    while (rows->next()) {
      TRY_ASSIGN(const auto text,
                 keys.open({"inbound_part", "text_sealed", row(rows->integer(0))}, rows->bytes(1)));
      joined.text += text;
      ++parts;
    }
  }
  if (parts < joint.total) return std::nullopt;
  tx.run("DELETE FROM inbound_part WHERE group_index = $1", group);
  joined.segments = joint.total;
  return joined;
}

webhooks::Delivery make_inbound_callback(const Message& message,
                                         const numbers::NumberSettings& settings) {
  webhooks::Delivery delivery;
  delivery.sid = DeliverySid::make(message.created_at);
  delivery.account = message.account;
  delivery.live = message.live;
  delivery.kind = "message.inbound";
  delivery.resource_sid = message.sid.str();
  delivery.next_attempt_at = message.created_at;
  delivery.created_at = message.created_at;
  auto& request = delivery.request;
  request.url = settings.sms_url;
  request.fallback_url = settings.sms_fallback_url;
  request.method = settings.sms_method;
  const auto sid = message.sid.str();
  request.fields = {{"MessageSid", sid},
                    {"SmsSid", sid},
                    {"SmsMessageSid", sid},
                    {"AccountSid", message.account.str()},
                    {"From", message.from.e164()},
                    {"To", message.to.e164()},
                    {"Body", message.body},
                    {"NumMedia", "0"},
                    {"NumSegments", std::to_string(message.num_segments)},
                    {"SmsStatus", "received"},
                    {"ApiVersion", std::string(api_version)}};
  return delivery;
}

}  // namespace

Result<InboundEffect> receive_message(storage::Transaction& tx, const vault::Vault& vault,
                                      accounts::Accounts& accounts, const webhooks::Outbox& outbox,
                                      std::string_view carrier, const InboundPart& part, Time now) {
  InboundEffect effect;
  const auto holder = numbers::find_holder(tx, vault, part.to);
  if (!holder) return effect;
  TRY_ASSIGN(const auto account, accounts.find(tx, *holder));
  const auto& keys = *account->keys;
  TRY_ASSIGN(const auto number, numbers::find_number(tx, vault, keys, *holder, part.to));
  if (number.carrier != carrier) return effect;
  effect.ours = true;

  Joined joined{part.text, 1};
  if (part.concatenation && part.concatenation->total > 1) {
    TRY_ASSIGN(auto whole, join_part(tx, keys, *holder, part, now));
    if (!whole) return effect;
    joined = std::move(*whole);
  }
  Message message;
  message.sid = MessageSid::make(now);
  message.account = *holder;
  message.live = number.live;
  message.direction = Direction::inbound;
  message.status = MessageStatus::received;
  message.from = part.from;
  message.to = part.to;
  message.body = std::move(joined.text);
  const auto count = sms::count_segments(message.body);
  message.encoding = count ? count->encoding : sms::Encoding::ucs2;
  message.num_segments = joined.segments;
  message.carrier = carrier;
  message.created_at = now;
  message.updated_at = now;
  insert_message(tx, keys, message);
  tell_state(tx, outbox, keys, message, now, effect.told);
  if (!number.settings.sms_url.empty()) {
    outbox.keep(tx, keys, make_inbound_callback(message, number.settings), effect.told);
  }
  return effect;
}

}  // namespace cloudvno::messaging
