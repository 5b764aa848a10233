// SQL of the table verification.
#include "domain/verify/verification_store.hpp"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

namespace cloudvno::verify {
namespace {

namespace json = boost::json;

constexpr std::string_view columns =
    "SELECT sid, account_sid, live, channel, status, to_sealed, settings_sealed, code_length, "
    "max_attempts, attempts, sends, country, risk_score, risk_reasons, delivery_error, sequence, "
    "expires_at, last_sent_at, created_at, updated_at, carried_by FROM verification";

vault::Place place(std::string_view column, const VerificationSid& sid) {
  return {"verification", column, sid.view()};
}

std::string print_settings(const Request& request) {
  json::object object{{"locale", request.locale}, {"valid_for", request.valid_for.count()}};
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) object[name] = value;
  };
  add("custom_message", request.custom_message);
  add("domain", request.domain);
  add("from", request.from);
  add("client_address", request.client_address);
  return json::serialize(object);
}

void read_settings(std::string_view text, Request& request) {
  const auto object = json::parse(json::string_view(text)).as_object();
  const auto read = [&](std::string_view name) {
    const auto* value = object.if_contains(name);
    return value ? std::string(value->as_string()) : std::string();
  };
  request.locale = read("locale");
  request.valid_for = std::chrono::seconds(object.at("valid_for").as_int64());
  request.custom_message = read("custom_message");
  request.domain = read("domain");
  request.from = read("from");
  request.client_address = read("client_address");
}

// "name:points name:points".
std::string print_reasons(const std::vector<fraud::Reason>& reasons) {
  std::string text;
  for (const auto& reason : reasons) {
    if (!text.empty()) text += ' ';
    fmt::format_to(std::back_inserter(text), "{}:{}", reason.name, reason.points);
  }
  return text;
}

std::vector<fraud::Reason> read_reasons(std::string_view text) {
  std::vector<fraud::Reason> reasons;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    const auto colon = word.find(':');
    if (colon == std::string_view::npos) continue;
    fraud::Reason reason{std::string(word.substr(0, colon)), 0};
    std::from_chars(word.data() + colon + 1, word.data() + word.size(), reason.points);
    reasons.push_back(std::move(reason));
  }
  return reasons;
}

Result<Verification> read_row(const storage::Rows& rows, const vault::Keys& keys) {
  Verification verification;
  const auto& sid = verification.sid = rows.sid<VerificationSid>(0);
  verification.account = rows.sid<AccountSid>(1);
  verification.live = rows.boolean(2);
  const auto channel = parse_channel(rows.text(3));
  const auto status = parse_status(rows.text(4));
  if (!channel || !status) return fault("verification holds an unknown channel or status");
  verification.channel = *channel;
  verification.status = *status;
  TRY_ASSIGN(verification.to, keys.open(place("to_sealed", sid), rows.bytes(5)));
  TRY_ASSIGN(const auto settings, keys.open(place("settings_sealed", sid), rows.bytes(6)));
  read_settings(settings, verification.request);
  verification.request.code_length = static_cast<int>(rows.integer(7));
  verification.request.max_attempts = static_cast<int>(rows.integer(8));
  verification.attempts = static_cast<int>(rows.integer(9));
  verification.sends = static_cast<int>(rows.integer(10));
  verification.country = rows.text(11);
  verification.risk_score = static_cast<int>(rows.integer(12));
  verification.risk_reasons = read_reasons(rows.text(13));
  verification.delivery_error = rows.text(14);
  verification.sequence = rows.integer(15);
  verification.expires_at = rows.time(16);
  verification.last_sent_at = rows.time(17);
  verification.created_at = rows.time(18);
  verification.updated_at = rows.time(19);
  verification.carried_by = rows.text(20);
  return verification;
}

}  // namespace

Bytes to_index(const vault::Keys& keys, std::string_view to) {
  return keys.blind_index("verification.to", to);
}

bool insert_verification(storage::Transaction& tx, const vault::Keys& keys,
                         const Verification& verification) {
  const auto& sid = verification.sid;
  return tx.run(
             "INSERT INTO verification (sid, account_sid, live, channel, status, to_sealed, "
             "to_index, settings_sealed, code_length, max_attempts, attempts, sends, country, "
             "risk_score, risk_reasons, delivery_error, sequence, expires_at, last_sent_at, "
             "created_at, updated_at, carried_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, "
             "$11, $12, "
             "$13, $14, $15, $16, $17, $18, $19, $20, $21, $22) ON CONFLICT DO NOTHING",
             sid, verification.account, verification.live, channel_name(verification.channel),
             status_name(verification.status), keys.seal(place("to_sealed", sid), verification.to),
             to_index(keys, verification.to),
             keys.seal(place("settings_sealed", sid), print_settings(verification.request)),
             verification.request.code_length, verification.request.max_attempts,
             verification.attempts, verification.sends, verification.country,
             verification.risk_score, print_reasons(verification.risk_reasons),
             verification.delivery_error, verification.sequence, verification.expires_at,
             verification.last_sent_at, verification.created_at, verification.updated_at,
             verification.carried_by) == 1;
}

void write_sent(storage::Transaction& tx, const Verification& verification) {
  tx.run(
      "UPDATE verification SET channel = $2, sends = $3, last_sent_at = $4, updated_at = $5, "
      "delivery_error = $6, carried_by = $7 WHERE sid = $1",
      verification.sid, channel_name(verification.channel), verification.sends,
      verification.last_sent_at, verification.updated_at, verification.delivery_error,
      verification.carried_by);
}

void write_first_send(storage::Transaction& tx, const Verification& verification) {
  tx.run(
      "UPDATE verification SET status = $2, sends = $3, risk_score = $4, risk_reasons = $5, "
      "carried_by = $6 WHERE sid = $1",
      verification.sid, status_name(verification.status), verification.sends,
      verification.risk_score, print_reasons(verification.risk_reasons), verification.carried_by);
}

void write_state(storage::Transaction& tx, const Verification& verification) {
  tx.run(
      "UPDATE verification SET status = $2, attempts = $3, sequence = $4, updated_at = $5 "
      "WHERE sid = $1",
      verification.sid, status_name(verification.status), verification.attempts,
      verification.sequence, verification.updated_at);
}

void write_delivery_error(storage::Transaction& tx, const VerificationSid& sid,
                          std::string_view text) {
  tx.run("UPDATE verification SET delivery_error = $2 WHERE sid = $1", sid, text);
}

Result<Verification> find_verification(storage::Transaction& tx, const vault::Keys& keys,
                                       const AccountSid& account, const VerificationSid& sid,
                                       storage::RowLock lock) {
  static const std::string sql = fmt::format("{} WHERE sid = $1 AND account_sid = $2", columns);
  const auto rows = tx.query_locked(lock, sql, sid, account);
  if (!rows->next()) return fail(Errc::not_found);
  return read_row(*rows, keys);
}

Result<std::optional<Verification>> find_last(storage::Transaction& tx, const vault::Keys& keys,
                                              bool live, std::string_view to) {
  // A blocked one never had a code, so it stands in front of none. One that waits stands in front
  // of all, whatever a clock that was set back made of its SID.
  static const std::string sql = fmt::format(
      "{} WHERE to_index = $1 AND live = $2 AND status <> 'blocked' "
      "ORDER BY CASE WHEN status = 'pending' THEN 0 ELSE 1 END, substr(sid, 3) DESC LIMIT 1",
      columns);
  const auto rows = tx.query_for_update(sql, to_index(keys, to), live);
  if (!rows->next()) return std::optional<Verification>();
  TRY_ASSIGN(auto found, read_row(*rows, keys));
  return std::optional(std::move(found));
}

Result<std::vector<Verification>> list_verifications(storage::Transaction& tx,
                                                     const vault::Keys& keys,
                                                     const api::Conditions& conditions,
                                                     const api::PageQuery& page) {
  const auto where = conditions.where(tx, "verification");
  const auto rows = tx.query_text(fmt::format("{}{}{}", columns, where.text, api::page_order(page)),
                                  where.parameters);
  std::vector<Verification> all;
  while (rows->next()) {
    TRY_ASSIGN(auto one, read_row(*rows, keys));
    all.push_back(std::move(one));
  }
  return all;
}

void end_unread(storage::Transaction& tx, const VerificationSid& sid) {
  tx.run("UPDATE verification SET status = 'expired' WHERE sid = $1 AND status = 'pending'", sid);
}

std::vector<Due> list_expired(storage::Transaction& tx, Time now, std::int64_t most) {
  const auto rows = tx.query(
      "SELECT sid, account_sid FROM verification WHERE status = 'pending' AND expires_at <= $1 "
      "ORDER BY expires_at LIMIT $2",
      now, most);
  std::vector<Due> all;
  while (rows->next()) {
    all.push_back({rows->sid<VerificationSid>(0), rows->sid<AccountSid>(1)});
  }
  return all;
}

}  // namespace cloudvno::verify
