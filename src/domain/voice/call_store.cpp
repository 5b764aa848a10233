// SQL of the tables call and call_notification.
#include "domain/voice/call_store.hpp"

#include <fmt/format.h>

#include <cmath>

#include "domain/voice/call_settings.hpp"
#include "domain/voice/recording_store.hpp"
#include "platform/cluster/node_store.hpp"

namespace cloudvno::voice {
namespace {

constexpr std::string_view columns =
    "SELECT sid, parent_sid, account_sid, live, direction, status, from_sealed, to_sealed, trunk, "
    "settings_sealed, sequence, sip_code, error_code, price_micros, packets, lost, jitter_us, "
    "mos_hundredths, created_at, updated_at, answered_at, ended_at, hidden FROM call";

vault::Place place(std::string_view column, const CallSid& sid) {
  return {"call", column, sid.view()};
}

std::string notification_row(const CallSid& call, std::int64_t number) {
  return fmt::format("{}:{}", call.view(), number);
}

std::int64_t hundredths(double mos) {
  return std::lround(mos * 100);
}

std::optional<std::int64_t> micros(const std::optional<Money>& money) {
  return money ? std::optional(money->micros) : std::nullopt;
}

Result<Call> read_row(const storage::Rows& rows, const vault::Keys& keys) {
  Call call;
  const auto& sid = call.sid = rows.sid<CallSid>(0);
  call.parent = rows.sid<CallSid>(1);
  call.account = rows.sid<AccountSid>(2);
  call.live = rows.boolean(3);
  call.direction = parse_direction(rows.text(4));
  const auto status = parse_status(rows.text(5));
  if (!status) return fault("call.status holds an unknown word");
  call.status = *status;
  TRY_ASSIGN(call.from, keys.open(place("from_sealed", sid), rows.bytes(6)));
  TRY_ASSIGN(call.to, keys.open(place("to_sealed", sid), rows.bytes(7)));
  call.trunk = rows.text(8);
  TRY_ASSIGN(const auto settings, keys.open(place("settings_sealed", sid), rows.bytes(9)));
  read_settings(settings, call);
  call.sequence = rows.integer(10);
  if (!rows.is_null(11)) call.sip_code = static_cast<int>(rows.integer(11));
  if (!rows.is_null(12)) call.error_code = static_cast<int>(rows.integer(12));
  if (!rows.is_null(13)) call.price = Money{rows.integer(13)};
  call.quality.packets = rows.integer(14);
  call.quality.lost = rows.integer(15);
  call.quality.jitter = Micros(rows.integer(16));
  call.quality.mos = static_cast<double>(rows.integer(17)) / 100;
  call.created_at = rows.time(18);
  call.updated_at = rows.time(19);
  call.answered_at = rows.optional_time(20);
  call.ended_at = rows.optional_time(21);
  call.hidden = rows.boolean(22);
  return call;
}

}  // namespace

Bytes from_index(const vault::Keys& keys, std::string_view address) {
  return keys.blind_index("call.from", address);
}

Bytes to_index(const vault::Keys& keys, std::string_view address) {
  return keys.blind_index("call.to", address);
}

void insert_call(storage::Transaction& tx, const vault::Keys& keys, const Call& call,
                 std::string_view owner) {
  const auto& sid = call.sid;
  tx.run(
      "INSERT INTO call (sid, parent_sid, account_sid, live, direction, status, from_sealed, "
      "from_index, to_sealed, to_index, trunk, settings_sealed, sequence, sip_code, error_code, "
      "price_micros, packets, lost, jitter_us, mos_hundredths, owner, created_at, updated_at, "
      "answered_at, ended_at, seen_at, hidden) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, "
      "$11, $12, "
      "$13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)",
      sid, call.parent, call.account, call.live, direction_name(call.direction),
      status_name(call.status), keys.seal(place("from_sealed", sid), call.from),
      from_index(keys, call.from), keys.seal(place("to_sealed", sid), call.to),
      to_index(keys, call.to), call.trunk,
      keys.seal(place("settings_sealed", sid), print_settings(call)), call.sequence, call.sip_code,
      call.error_code, micros(call.price), call.quality.packets, call.quality.lost,
      call.quality.jitter.count(), hundredths(call.quality.mos), owner, call.created_at,
      call.updated_at, call.answered_at, call.ended_at, call.updated_at, call.hidden);
}

bool update_call(storage::Transaction& tx, const Call& call) {
  return tx.run(
             "UPDATE call SET status = $2, trunk = $3, sequence = $4, sip_code = $5, error_code = "
             "$6, price_micros = $7, packets = $8, lost = $9, jitter_us = $10, mos_hundredths = "
             "$11, updated_at = $12, answered_at = $13, ended_at = $14, seen_at = $12 "
             "WHERE sid = $1 AND ended_at IS NULL AND sequence < $4",
             call.sid, status_name(call.status), call.trunk, call.sequence, call.sip_code,
             call.error_code, micros(call.price), call.quality.packets, call.quality.lost,
             call.quality.jitter.count(), hundredths(call.quality.mos), call.updated_at,
             call.answered_at, call.ended_at) == 1;
}

Result<Call> find_call(storage::Transaction& tx, const vault::Keys& keys, const AccountSid& account,
                       const CallSid& sid, storage::RowLock lock) {
  static const std::string sql = fmt::format("{} WHERE sid = $1 AND account_sid = $2", columns);
  const auto rows = tx.query_locked(lock, sql, sid, account);
  if (!rows->next()) return fail(Errc::not_found);
  return read_row(*rows, keys);
}

Result<std::vector<Call>> list_calls(storage::Transaction& tx, const vault::Keys& keys,
                                     const api::Conditions& conditions,
                                     const api::PageQuery& page) {
  const auto where = conditions.where(tx, "call");
  const auto rows = tx.query_text(fmt::format("{}{}{}", columns, where.text, api::page_order(page)),
                                  where.parameters);
  std::vector<Call> calls;
  while (rows->next()) {
    TRY_ASSIGN(auto call, read_row(*rows, keys));
    calls.push_back(std::move(call));
  }
  return calls;
}

void delete_call(storage::Transaction& tx, const CallSid& sid) {
  delete_recordings_of(tx, sid);
  tx.run("DELETE FROM call_notification WHERE call_sid = $1", sid);
  tx.run("DELETE FROM call WHERE sid = $1", sid);
}

bool give_order(storage::Transaction& tx, const vault::Keys& keys, const CallSid& call,
                const CallOrder& order, Time now) {
  return tx.run(
             "UPDATE call SET order_sealed = $2, updated_at = $3 "
             "WHERE sid = $1 AND ended_at IS NULL",
             call, keys.seal(place("order_sealed", call), print_order(order)), now) == 1;
}

std::vector<WaitingOrder> list_orders(storage::Transaction& tx, std::string_view owner) {
  const auto rows = tx.query(
      "SELECT sid, account_sid FROM call WHERE owner = $1 AND ended_at IS NULL "
      "AND order_sealed IS NOT NULL",
      owner);
  std::vector<WaitingOrder> all;
  while (rows->next()) all.push_back({rows->sid<CallSid>(0), rows->sid<AccountSid>(1)});
  return all;
}

Result<std::optional<CallOrder>> take_order(storage::Transaction& tx, const vault::Keys& keys,
                                            const CallSid& call) {
  std::optional<CallOrder> order;
  {
    const auto rows = tx.query_for_update(
        "SELECT order_sealed FROM call WHERE sid = $1 AND order_sealed IS NOT NULL", call);
    if (!rows->next()) return order;
    TRY_ASSIGN(const auto text, keys.open(place("order_sealed", call), rows->bytes(0)));
    order = read_order(text);
  }
  tx.run("UPDATE call SET order_sealed = NULL WHERE sid = $1", call);
  return order;
}

std::vector<RunningCall> list_running(storage::Transaction& tx, std::string_view owner) {
  const auto rows = tx.query(
      "SELECT sid, account_sid, seen_at FROM call WHERE owner = $1 AND ended_at IS NULL "
      "ORDER BY sid LIMIT 1000",
      owner);
  std::vector<RunningCall> all;
  while (rows->next()) {
    all.push_back({rows->sid<CallSid>(0), rows->sid<AccountSid>(1), rows->time(2)});
  }
  return all;
}

void note_seen(storage::Transaction& tx, std::string_view owner, Time now) {
  tx.run("UPDATE call SET seen_at = $2 WHERE owner = $1 AND ended_at IS NULL", owner, now);
}

std::int64_t move_calls(storage::Transaction& tx, std::string_view from, std::string_view to) {
  return tx.run(
      "UPDATE call SET owner = $2 WHERE owner = $1 AND ended_at IS NULL AND sid IN "
      "(SELECT sid FROM call WHERE owner = $1 AND ended_at IS NULL LIMIT $3)",
      from, to, cluster::most_moved);
}

void insert_notification(storage::Transaction& tx, const vault::Keys& keys, const Call& call,
                         const Notification& notification) {
  if (notification.number > most_notifications) return;
  const auto row = notification_row(call.sid, notification.number);
  tx.run(
      "INSERT INTO call_notification (call_sid, number, account_sid, code, text, url_sealed, "
      "created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
      call.sid, notification.number, call.account, notification.code, notification.text,
      keys.seal({"call_notification", "url_sealed", row}, notification.url),
      notification.created_at);
}

Result<std::vector<Notification>> list_notifications(storage::Transaction& tx,
                                                     const vault::Keys& keys, const CallSid& call) {
  const auto rows = tx.query(
      "SELECT number, code, text, url_sealed, created_at FROM call_notification "
      "WHERE call_sid = $1 ORDER BY number",
      call);
  std::vector<Notification> all;
  while (rows->next()) {
    Notification one;
    one.number = rows->integer(0);
    one.code = static_cast<int>(rows->integer(1));
    one.text = rows->text(2);
    const auto row = notification_row(call, one.number);
    TRY_ASSIGN(one.url, keys.open({"call_notification", "url_sealed", row}, rows->bytes(3)));
    one.created_at = rows->time(4);
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace cloudvno::voice
