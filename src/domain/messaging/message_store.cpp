// SQL of the table message.
#include "domain/messaging/message_store.hpp"

#include <fmt/format.h>

#include <ranges>

#include "domain/messaging/media_store.hpp"

namespace cloudvno::messaging {
namespace {

constexpr std::string_view columns =
    "SELECT sid, account_sid, live, direction, status, from_sealed, to_sealed, body_sealed, "
    "status_callback_sealed, encoding, num_segments, carrier, price_micros, error_code, "
    "possible_duplicate, sequence, created_at, sent_at, updated_at, route, sender_pool_sid, "
    "num_media, tags_sealed, send_at, validity_s, discard_content, obfuscate_addresses, "
    "smpp_receipt, hidden "
    "FROM message";

vault::Place place(std::string_view column, const MessageSid& sid) {
  return {"message", column, sid.view()};
}

Direction parse_direction(std::string_view name) {
  return name == "inbound"          ? Direction::inbound
         : name == "outbound-reply" ? Direction::outbound_reply
                                    : Direction::outbound_api;
}

// One a line: a tag has no line break.
std::string print_tags(const std::vector<std::string>& tags) {
  return fmt::format("{}", fmt::join(tags, "\n"));
}

std::vector<std::string> read_tags(std::string_view text) {
  std::vector<std::string> tags;
  for (const auto part : std::views::split(text, '\n')) {
    tags.emplace_back(std::string_view(part.begin(), part.end()));
  }
  return tags;
}

std::string_view encoding_word(sms::Encoding encoding) {
  return encoding == sms::Encoding::gsm7 ? "GSM-7" : "UCS-2";
}

std::optional<std::int64_t> validity_or_null(const Message& message) {
  return message.validity == default_validity ? std::nullopt
                                              : std::optional(message.validity.count());
}

std::optional<std::string> some(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

Result<Message> read_row(const storage::Rows& rows, const vault::Keys& keys) {
  Message message;
  const auto& sid = message.sid = rows.sid<MessageSid>(0);
  message.account = rows.sid<AccountSid>(1);
  message.live = rows.boolean(2);
  message.direction = parse_direction(rows.text(3));
  const auto status = parse_status(rows.text(4));
  if (!status) return fault("message.status holds an unknown word");
  message.status = *status;
  TRY_ASSIGN(const auto from, keys.open(place("from_sealed", sid), rows.bytes(5)));
  TRY_ASSIGN(const auto to, keys.open(place("to_sealed", sid), rows.bytes(6)));
  message.from = PhoneNumber::parse_sender(from).value_or(PhoneNumber());
  if (auto number = PhoneNumber::parse_sender(to)) {
    message.to = std::move(*number);
  } else {
    message.obfuscated_to = to;
  }
  TRY_ASSIGN(message.body, keys.open(place("body_sealed", sid), rows.bytes(7)));
  if (!rows.is_null(8)) {
    TRY_ASSIGN(message.status_callback,
               keys.open(place("status_callback_sealed", sid), rows.bytes(8)));
  }
  message.encoding = rows.text(9) == "GSM-7" ? sms::Encoding::gsm7 : sms::Encoding::ucs2;
  message.num_segments = static_cast<int>(rows.integer(10));
  message.carrier = rows.text(11);
  if (!rows.is_null(12)) message.price = Money{rows.integer(12)};
  if (!rows.is_null(13)) message.error_code = static_cast<int>(rows.integer(13));
  message.possible_duplicate = rows.boolean(14);
  message.sequence = rows.integer(15);
  message.created_at = rows.time(16);
  message.sent_at = rows.optional_time(17);
  message.updated_at = rows.time(18);
  if (!rows.is_null(19)) message.route = rows.text(19);
  if (!rows.is_null(20)) message.sender_pool = rows.text(20);
  message.num_media = static_cast<int>(rows.integer(21));
  if (!rows.is_null(22)) {
    TRY_ASSIGN(const auto tags, keys.open(place("tags_sealed", sid), rows.bytes(22)));
    message.tags = read_tags(tags);
  }
  message.send_at = rows.optional_time(23);
  if (!rows.is_null(24)) message.validity = std::chrono::seconds(rows.integer(24));
  message.discard_content = rows.boolean(25);
  message.obfuscate_addresses = rows.boolean(26);
  if (!rows.is_null(27)) message.smpp_receipt = rows.text(27);
  message.hidden = rows.boolean(28);
  return message;
}

}  // namespace

Bytes from_index(const vault::Keys& keys, const PhoneNumber& number) {
  return keys.blind_index("message.from", number.e164());
}

Bytes to_index(const vault::Keys& keys, const PhoneNumber& number) {
  return keys.blind_index("message.to", number.e164());
}

void insert_message(storage::Transaction& tx, const vault::Keys& keys, const Message& message) {
  const auto& sid = message.sid;
  std::optional<Bytes> callback;
  if (!message.status_callback.empty()) {
    callback = keys.seal(place("status_callback_sealed", sid), message.status_callback);
  }
  std::optional<Bytes> tags;
  if (!message.tags.empty()) tags = keys.seal(place("tags_sealed", sid), print_tags(message.tags));
  tx.run(
      "INSERT INTO message (sid, account_sid, live, direction, status, from_sealed, from_index, "
      "to_sealed, to_index, body_sealed, status_callback_sealed, encoding, num_segments, carrier, "
      "possible_duplicate, sequence, created_at, updated_at, route, sender_pool_sid, num_media, "
      "tags_sealed, send_at, validity_s, discard_content, obfuscate_addresses, smpp_receipt, "
      "hidden) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, "
      "$19, $20, $21, $22, $23, $24, $25, $26, $27, $28)",
      sid, message.account, message.live, direction_name(message.direction),
      status_name(message.status), keys.seal(place("from_sealed", sid), message.from.e164()),
      from_index(keys, message.from), keys.seal(place("to_sealed", sid), message.to.e164()),
      to_index(keys, message.to), keys.seal(place("body_sealed", sid), message.body), callback,
      encoding_word(message.encoding), message.num_segments, message.carrier,
      message.possible_duplicate, message.sequence, message.created_at, message.updated_at,
      some(message.route), some(message.sender_pool), message.num_media, tags, message.send_at,
      validity_or_null(message), message.discard_content, message.obfuscate_addresses,
      some(message.smpp_receipt), message.hidden);
}

Result<Message> find_message(storage::Transaction& tx, const vault::Keys& keys,
                             const AccountSid& account, const MessageSid& sid,
                             storage::RowLock lock) {
  static const std::string sql = fmt::format("{} WHERE sid = $1 AND account_sid = $2", columns);
  const auto rows = tx.query_locked(lock, sql, sid, account);
  if (!rows->next()) return fail(Errc::not_found);
  return read_row(*rows, keys);
}

bool move_message(storage::Transaction& tx, Message& message, MessageStatus to,
                  std::optional<int> error_code, Time now) {
  // The states from which `to` may be reached, as a condition on the row that stands in the store
  // now.
  using enum MessageStatus;
  const bool from_sent = may_move(sent, to);
  const bool from_queued = may_move(queued, to);
  const bool from_scheduled = may_move(scheduled, to);
  const bool went_out = to == sent || to == delivered || to == undelivered;
  const auto sent_at = went_out ? std::optional(message.sent_at.value_or(now)) : message.sent_at;
  static const std::string sql =
      "UPDATE message SET status = $2, error_code = $3, price_micros = $4, "
      "sent_at = COALESCE(sent_at, $5), updated_at = $6, sequence = sequence + 1, carrier = $10, "
      "route = COALESCE($11, route) "
      "WHERE sid = $1 AND ((status = 'queued' AND $7) OR (status = 'sent' AND $8) OR "
      "(status = 'scheduled' AND $9))";
  // Mostly nobody changed it since it was read; RETURNING costs SQLite a table of its own.
  static const std::string as_read = sql + " AND sequence = $12";
  static const std::string anyhow = sql + " RETURNING sequence";
  const auto price = message.price ? std::optional(message.price->micros) : std::nullopt;
  const auto update = [&](const auto& with, const std::string& text, auto... more) {
    return with(text, message.sid, status_name(to), error_code, price, sent_at, now, from_queued,
                from_sent, from_scheduled, message.carrier, some(message.route), more...);
  };
  const auto run = [&](const auto&... all) { return std::int64_t(tx.run(all...)); };
  const auto query = [&](const auto&... all) { return tx.query(all...); };
  if (update(run, as_read, message.sequence) == 1) {
    ++message.sequence;
  } else {
    const auto rows = update(query, anyhow);
    if (!rows->next()) return false;
    message.sequence = rows->integer(0);
  }
  message.status = to;
  message.error_code = error_code;
  message.sent_at = sent_at;
  message.updated_at = now;
  return true;
}

void update_scheduled(storage::Transaction& tx, const vault::Keys& keys, const Message& message) {
  tx.run(
      "UPDATE message SET body_sealed = $2, encoding = $3, num_segments = $4, send_at = $5, "
      "validity_s = $6, smpp_receipt = $7, updated_at = $8 WHERE sid = $1 AND status = 'scheduled'",
      message.sid, keys.seal(place("body_sealed", message.sid), message.body),
      encoding_word(message.encoding), message.num_segments, message.send_at,
      validity_or_null(message), some(message.smpp_receipt), message.updated_at);
}

void forget_in_message(storage::Transaction& tx, const vault::Keys& keys, const Message& message) {
  const auto& sid = message.sid;
  const auto& to = message.shown_to();
  tx.run(
      "UPDATE message SET body_sealed = $2, to_sealed = $3, to_index = $4, updated_at = $5, "
      "num_media = $6 WHERE sid = $1",
      sid, keys.seal(place("body_sealed", sid), message.body),
      keys.seal(place("to_sealed", sid), to), keys.blind_index("message.to", to),
      message.updated_at, message.num_media);
  if (message.is_mms() && message.num_media == 0) delete_media(tx, sid);
}

void delete_message(storage::Transaction& tx, const MessageSid& sid) {
  if (sid.is_other()) delete_media(tx, sid);
  tx.run("DELETE FROM message_part WHERE message_sid = $1", sid);
  tx.run("DELETE FROM message WHERE sid = $1", sid);
}

void mark_possible_duplicate(storage::Transaction& tx, const MessageSid& sid) {
  tx.run("UPDATE message SET possible_duplicate = $2 WHERE sid = $1", sid, true);
}

Result<std::vector<Message>> list_messages(storage::Transaction& tx, const vault::Keys& keys,
                                           const api::Conditions& conditions,
                                           const api::PageQuery& page) {
  const auto where = conditions.where(tx, "message");
  const auto rows = tx.query_text(fmt::format("{}{}{}", columns, where.text, api::page_order(page)),
                                  where.parameters);
  std::vector<Message> messages;
  while (rows->next()) {
    TRY_ASSIGN(auto message, read_row(*rows, keys));
    messages.push_back(std::move(message));
  }
  return messages;
}

}  // namespace cloudvno::messaging
