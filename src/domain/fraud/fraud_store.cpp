// SQL of the tables of fraud.
#include "domain/fraud/fraud_store.hpp"

#include <fmt/format.h>

#include "base/bytes.hpp"

namespace cloudvno::fraud {
namespace {

std::string row_text(const AccountSid& account, bool live) {
  return fmt::format("{}:{}", account.view(), mode_name(live));
}

Bytes number_index(const vault::Keys& keys, const PhoneNumber& number) {
  return keys.blind_index("fraud_safe_number.number_index", number.e164());
}

std::string number_row(const AccountSid& account, bool live, ByteView index) {
  return fmt::format("{}:{}", row_text(account, live), to_hex(index));
}

std::string count_row(const AccountSid& account, bool live, ByteView index, Time hour) {
  return fmt::format("{}:{}:{}", row_text(account, live), to_hex(index), to_micros(hour));
}

vault::Place prefix_place(const FraudBlockSid& sid) {
  return {"fraud_block", "prefix_sealed", sid.view()};
}

constexpr std::string_view block_columns =
    "SELECT sid, account_sid, live, prefix_sealed, reason, created_at, ends_at, lifted_at FROM "
    "fraud_block";

Result<Block> read_block(const storage::Rows& rows, const vault::Keys& keys) {
  Block block;
  block.sid = rows.sid<FraudBlockSid>(0);
  block.account = rows.sid<AccountSid>(1);
  block.live = rows.boolean(2);
  TRY_ASSIGN(block.prefix, keys.open(prefix_place(block.sid), rows.bytes(3)));
  block.reason = rows.text(4);
  block.created_at = rows.time(5);
  block.ends_at = rows.time(6);
  block.lifted_at = rows.optional_time(7);
  return block;
}

Result<std::vector<Block>> read_blocks(storage::Rows& rows, const vault::Keys& keys) {
  std::vector<Block> blocks;
  while (rows.next()) {
    TRY_ASSIGN(auto block, read_block(rows, keys));
    blocks.push_back(std::move(block));
  }
  return blocks;
}

}  // namespace

std::string_view mode_name(bool live) {
  return live ? "live" : "test";
}

std::int64_t find_version(storage::Transaction& tx, const AccountSid& account, bool live) {
  const auto rows =
      tx.query("SELECT version FROM fraud_settings WHERE account_sid = $1 AND mode = $2", account,
               mode_name(live));
  return rows->next() ? rows->integer(0) : 0;
}

void touch_version(storage::Transaction& tx, const vault::Keys& keys, const AccountSid& account,
                   bool live) {
  // A row that only counts: what everybody has, and when it was set is never.
  const auto row = row_text(account, live);
  tx.run(
      "INSERT INTO fraud_settings (account_sid, mode, settings_sealed, version, updated_at) "
      "VALUES ($1, $2, $3, 1, 0) ON CONFLICT (account_sid, mode) DO UPDATE SET "
      "version = fraud_settings.version + 1",
      account, mode_name(live),
      keys.seal({"fraud_settings", "settings_sealed", row}, print(Settings())));
}

Result<Settings> find_settings(storage::Transaction& tx, const vault::Keys& keys,
                               const AccountSid& account, bool live, storage::RowLock lock) {
  const auto rows = tx.query_locked(
      lock,
      "SELECT settings_sealed, updated_at FROM fraud_settings WHERE account_sid = $1 AND mode = "
      "$2",
      account, mode_name(live));
  if (!rows->next()) return Settings();
  TRY_ASSIGN(
      const auto text,
      keys.open({"fraud_settings", "settings_sealed", row_text(account, live)}, rows->bytes(0)));
  auto settings = read_settings(text);
  if (rows->integer(1) > 0) settings.updated_at = rows->time(1);
  return settings;
}

void keep_settings(storage::Transaction& tx, const vault::Keys& keys, const AccountSid& account,
                   bool live, const Settings& settings, Time now) {
  const auto row = row_text(account, live);
  tx.run(
      "INSERT INTO fraud_settings (account_sid, mode, settings_sealed, version, updated_at) "
      "VALUES ($1, $2, $3, 1, $4) ON CONFLICT (account_sid, mode) DO UPDATE SET "
      "settings_sealed = excluded.settings_sealed, updated_at = excluded.updated_at, "
      "version = fraud_settings.version + 1",
      account, mode_name(live),
      keys.seal({"fraud_settings", "settings_sealed", row}, print(settings)), now);
}

bool insert_safe_number(storage::Transaction& tx, const vault::Keys& keys,
                        const AccountSid& account, bool live, const SafeNumber& number) {
  const auto index = number_index(keys, number.number);
  return tx.run(
             "INSERT INTO fraud_safe_number (account_sid, mode, number_index, number_sealed, "
             "created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
             account, mode_name(live), index,
             keys.seal({"fraud_safe_number", "number_sealed", number_row(account, live, index)},
                       number.number.e164()),
             number.created_at) == 1;
}

bool delete_safe_number(storage::Transaction& tx, const vault::Keys& keys,
                        const AccountSid& account, bool live, const PhoneNumber& number) {
  return tx.run(
             "DELETE FROM fraud_safe_number WHERE account_sid = $1 AND mode = $2 AND number_index "
             "= $3",
             account, mode_name(live), number_index(keys, number)) == 1;
}

std::int64_t count_safe_numbers(storage::Transaction& tx, const AccountSid& account, bool live) {
  const auto rows =
      tx.query("SELECT count(*) FROM fraud_safe_number WHERE account_sid = $1 AND mode = $2",
               account, mode_name(live));
  return rows->next() ? rows->integer(0) : 0;
}

Result<std::vector<SafeNumber>> list_safe_numbers(storage::Transaction& tx, const vault::Keys& keys,
                                                  const AccountSid& account, bool live) {
  std::vector<SafeNumber> numbers;
  const auto rows = tx.query(
      "SELECT number_index, number_sealed, created_at FROM fraud_safe_number WHERE account_sid = "
      "$1 AND mode = $2 ORDER BY created_at DESC, number_index",
      account, mode_name(live));
  while (rows->next()) {
    TRY_ASSIGN(const auto e164, keys.open({"fraud_safe_number", "number_sealed",
                                           number_row(account, live, rows->bytes(0))},
                                          rows->bytes(1)));
    numbers.push_back({PhoneNumber::parse(e164).value_or(PhoneNumber()), rows->time(2)});
  }
  return numbers;
}

void insert_block(storage::Transaction& tx, const vault::Keys& keys, const Block& block) {
  tx.run(
      "INSERT INTO fraud_block (sid, account_sid, live, prefix_sealed, reason, created_at, "
      "ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
      block.sid, block.account, block.live, keys.seal(prefix_place(block.sid), block.prefix),
      block.reason, block.created_at, block.ends_at);
}

Result<Block> find_block(storage::Transaction& tx, const vault::Keys& keys,
                         const AccountSid& account, bool live, const FraudBlockSid& sid) {
  const auto rows = tx.query(
      "SELECT sid, account_sid, live, prefix_sealed, reason, created_at, ends_at, lifted_at FROM "
      "fraud_block WHERE sid = $1 AND account_sid = $2 AND live = $3",
      sid, account, live);
  if (!rows->next()) return fail(Errc::not_found);
  return read_block(*rows, keys);
}

bool lift_block(storage::Transaction& tx, const AccountSid& account, const FraudBlockSid& sid,
                Time now) {
  return tx.run(
             "UPDATE fraud_block SET lifted_at = $1 WHERE sid = $2 AND account_sid = $3 AND "
             "lifted_at IS NULL AND ends_at > $4",
             now, sid, account, now) == 1;
}

std::int64_t count_standing_blocks(storage::Transaction& tx, const AccountSid& account, bool live,
                                   Time now) {
  const auto rows = tx.query(
      "SELECT count(*) FROM fraud_block WHERE account_sid = $1 AND live = $2 AND ends_at > $3 AND "
      "lifted_at IS NULL",
      account, live, now);
  return rows->next() ? rows->integer(0) : 0;
}

Result<std::vector<Block>> list_standing_blocks(storage::Transaction& tx, const vault::Keys& keys,
                                                const AccountSid& account, bool live, Time now,
                                                std::int64_t most) {
  const auto rows = tx.query(
      "SELECT sid, account_sid, live, prefix_sealed, reason, created_at, ends_at, lifted_at FROM "
      "fraud_block WHERE account_sid = $1 AND live = $2 AND ends_at > $3 AND lifted_at IS NULL "
      "ORDER BY ends_at DESC LIMIT $4",
      account, live, now, most);
  return read_blocks(*rows, keys);
}

Result<std::vector<Block>> list_blocks(storage::Transaction& tx, const vault::Keys& keys,
                                       const api::Conditions& conditions,
                                       const api::PageQuery& page) {
  const auto where = conditions.where(tx, "fraud_block");
  const auto rows = tx.query_text(
      fmt::format("{}{}{}", block_columns, where.text, api::page_order(page)), where.parameters);
  return read_blocks(*rows, keys);
}

void add_count(storage::Transaction& tx, const vault::Keys& keys, const AccountSid& account,
               bool live, const RangeCount& count) {
  const auto index = keys.blind_index("fraud_count.prefix_index", count.prefix);
  tx.run(
      "INSERT INTO fraud_count (account_sid, mode, prefix_index, hour_at, prefix_sealed, asked, "
      "converted) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (account_sid, mode, "
      "prefix_index, hour_at) DO UPDATE SET asked = fraud_count.asked + excluded.asked, "
      "converted = fraud_count.converted + excluded.converted",
      account, mode_name(live), index, count.hour,
      keys.seal({"fraud_count", "prefix_sealed", count_row(account, live, index, count.hour)},
                count.prefix),
      count.asked, count.converted);
}

Result<std::vector<RangeCount>> list_counts(storage::Transaction& tx, const vault::Keys& keys,
                                            const AccountSid& account, bool live, Time since,
                                            std::int64_t most) {
  std::vector<RangeCount> counts;
  const auto rows = tx.query(
      "SELECT prefix_index, hour_at, prefix_sealed, asked, converted FROM fraud_count WHERE "
      "account_sid = $1 AND mode = $2 AND hour_at >= $3 ORDER BY asked DESC, hour_at DESC LIMIT "
      "$4",
      account, mode_name(live), since, most);
  while (rows->next()) {
    RangeCount count;
    count.hour = rows->time(1);
    TRY_ASSIGN(count.prefix, keys.open({"fraud_count", "prefix_sealed",
                                        count_row(account, live, rows->bytes(0), count.hour)},
                                       rows->bytes(2)));
    count.asked = rows->integer(3);
    count.converted = rows->integer(4);
    counts.push_back(std::move(count));
  }
  return counts;
}

void insert_judgement(storage::Transaction& tx, const vault::Keys& keys,
                      const Judgement& judgement) {
  tx.run(
      "INSERT INTO fraud_judgement (sid, account_sid, live, to_sealed, channel, score, reasons, "
      "blocked) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
      judgement.sid, judgement.account, judgement.live,
      keys.seal({"fraud_judgement", "to_sealed", judgement.sid.view()}, judgement.to.e164()),
      judgement.channel, judgement.score, judgement.reasons, judgement.blocked);
}

Result<std::vector<Judgement>> list_judgements(storage::Transaction& tx, const vault::Keys& keys,
                                               const api::Conditions& conditions,
                                               const api::PageQuery& page) {
  std::vector<Judgement> judgements;
  const auto where = conditions.where(tx, "fraud_judgement");
  const auto rows = tx.query_text(
      fmt::format("SELECT sid, account_sid, live, to_sealed, channel, score, reasons, blocked FROM "
                  "fraud_judgement{}{}",
                  where.text, api::page_order(page)),
      where.parameters);
  while (rows->next()) {
    Judgement judgement;
    judgement.sid = rows->sid<FraudJudgementSid>(0);
    judgement.account = rows->sid<AccountSid>(1);
    judgement.live = rows->boolean(2);
    TRY_ASSIGN(const auto to,
               keys.open({"fraud_judgement", "to_sealed", judgement.sid.view()}, rows->bytes(3)));
    judgement.to = PhoneNumber::parse(to).value_or(PhoneNumber());
    judgement.channel = rows->text(4);
    judgement.score = static_cast<int>(rows->integer(5));
    judgement.reasons = rows->text(6);
    judgement.blocked = rows->boolean(7);
    judgements.push_back(std::move(judgement));
  }
  return judgements;
}

std::vector<std::string> list_home_countries(storage::Transaction& tx, const AccountSid& account,
                                             bool live) {
  std::vector<std::string> countries;
  const auto rows = tx.query(
      "SELECT DISTINCT country FROM incoming_number WHERE account_sid = $1 AND live = $2 AND "
      "country <> '' ORDER BY country",
      account, live);
  while (rows->next()) countries.emplace_back(rows->text(0));
  return countries;
}

}  // namespace cloudvno::fraud
