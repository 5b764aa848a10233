// SQL of the tables sender_pool, sender_pool_member and sticky_sender.
#include "domain/senders/sender_pool_store.hpp"

#include "domain/numbers/number_store.hpp"

namespace cloudvno::senders {
namespace {

constexpr std::string_view columns =
    "SELECT sid, account_sid, live, name_sealed, sticky, country_match, created_at, updated_at "
    "FROM sender_pool";

vault::Place place(const SenderPoolSid& sid) {
  return {"sender_pool", "name_sealed", sid.view()};
}

Result<SenderPool> read_row(const storage::Rows& rows, const vault::Keys& keys) {
  SenderPool pool;
  pool.sid = rows.sid<SenderPoolSid>(0);
  pool.account = rows.sid<AccountSid>(1);
  pool.live = rows.boolean(2);
  TRY_ASSIGN(pool.name, keys.open(place(pool.sid), rows.bytes(3)));
  pool.sticky = rows.boolean(4);
  pool.country_match = rows.boolean(5);
  pool.created_at = rows.time(6);
  pool.updated_at = rows.time(7);
  return pool;
}

Bytes recipient_index(const vault::Keys& keys, const PhoneNumber& recipient) {
  return keys.blind_index("sticky_sender.recipient", recipient.e164());
}

// Of rows of number and account; numbers that were released meanwhile are passed over.
Result<std::vector<numbers::Number>> read_numbers(storage::Transaction& tx, const vault::Keys& keys,
                                                  storage::Rows& rows) {
  std::vector<std::pair<NumberSid, AccountSid>> found;
  while (rows.next()) found.emplace_back(rows.sid<NumberSid>(0), rows.sid<AccountSid>(1));
  std::vector<numbers::Number> listed;
  for (const auto& [sid, account] : found) {
    auto number = numbers::find_number(tx, keys, account, sid);
    if (number) {
      listed.push_back(std::move(*number));
    } else if (number.error().code != Errc::not_found) {
      return fail(number.error());
    }
  }
  return listed;
}

}  // namespace

void insert_pool(storage::Transaction& tx, const vault::Keys& keys, const SenderPool& pool) {
  tx.run(
      "INSERT INTO sender_pool (sid, account_sid, live, name_sealed, sticky, country_match, "
      "created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      pool.sid, pool.account, pool.live, keys.seal(place(pool.sid), pool.name), pool.sticky,
      pool.country_match, pool.created_at, pool.updated_at);
}

bool update_pool(storage::Transaction& tx, const vault::Keys& keys, const SenderPool& pool) {
  return tx.run(
             "UPDATE sender_pool SET name_sealed = $2, sticky = $3, country_match = $4, "
             "updated_at = $5 WHERE sid = $1",
             pool.sid, keys.seal(place(pool.sid), pool.name), pool.sticky, pool.country_match,
             pool.updated_at) == 1;
}

bool delete_pool(storage::Transaction& tx, const SenderPoolSid& sid) {
  if (tx.run("DELETE FROM sender_pool WHERE sid = $1", sid) != 1) return false;
  delete_members(tx, sid);
  return true;
}

Result<SenderPool> find_pool(storage::Transaction& tx, const vault::Keys& keys,
                             const AccountSid& account, const SenderPoolSid& sid,
                             storage::RowLock lock) {
  static const std::string sql = fmt::format("{} WHERE sid = $1 AND account_sid = $2", columns);
  const auto rows = tx.query_locked(lock, sql, sid, account);
  if (!rows->next()) return fail(Errc::not_found);
  return read_row(*rows, keys);
}

Result<std::vector<SenderPool>> list_pools(storage::Transaction& tx, const vault::Keys& keys,
                                           const api::Conditions& conditions,
                                           const api::PageQuery& page) {
  const auto where = conditions.where(tx, "sender_pool");
  const auto rows = tx.query_text(fmt::format("{}{}{}", columns, where.text, api::page_order(page)),
                                  where.parameters);
  std::vector<SenderPool> pools;
  while (rows->next()) {
    TRY_ASSIGN(auto pool, read_row(*rows, keys));
    pools.push_back(std::move(pool));
  }
  return pools;
}

std::int64_t count_pools(storage::Transaction& tx, const AccountSid& account, bool live) {
  const auto rows = tx.query(
      "SELECT count(*) FROM sender_pool WHERE account_sid = $1 AND live = $2", account, live);
  return rows->next() ? rows->integer(0) : 0;
}

bool insert_member(storage::Transaction& tx, const SenderPool& pool, const NumberSid& number) {
  return tx.run(
             "INSERT INTO sender_pool_member (pool_sid, number_sid, account_sid) "
             "VALUES ($1, $2, $3) ON CONFLICT (pool_sid, number_sid) DO NOTHING",
             pool.sid, number, pool.account) == 1;
}

bool delete_member(storage::Transaction& tx, const SenderPoolSid& pool, const NumberSid& number) {
  return tx.run("DELETE FROM sender_pool_member WHERE pool_sid = $1 AND number_sid = $2", pool,
                number) == 1;
}

void delete_members(storage::Transaction& tx, const SenderPoolSid& pool) {
  tx.run("DELETE FROM sender_pool_member WHERE pool_sid = $1", pool);
}

void delete_released_members(storage::Transaction& tx, const SenderPoolSid& pool) {
  tx.run(
      "DELETE FROM sender_pool_member WHERE pool_sid = $1 "
      "AND NOT EXISTS (SELECT 1 FROM incoming_number WHERE sid = number_sid)",
      pool);
}

Result<std::vector<numbers::Number>> list_members(storage::Transaction& tx, const vault::Keys& keys,
                                                  const SenderPoolSid& pool) {
  const auto rows = tx.query(
      "SELECT number_sid, account_sid FROM sender_pool_member WHERE pool_sid = $1 "
      "ORDER BY substr(number_sid, 3) LIMIT $2",
      pool, most_members);
  return read_numbers(tx, keys, *rows);
}

Result<std::vector<numbers::Number>> list_pool_mates(storage::Transaction& tx,
                                                     const vault::Keys& keys,
                                                     const numbers::Number& number) {
  const auto rows = tx.query(
      "SELECT DISTINCT mate.number_sid, mate.account_sid FROM sender_pool_member mine "
      "JOIN sender_pool_member mate ON mate.pool_sid = mine.pool_sid WHERE mine.number_sid = $1 "
      "LIMIT $2",
      number.sid, most_members * most_pools);
  TRY_ASSIGN(auto mates, read_numbers(tx, keys, *rows));
  if (mates.empty()) mates.push_back(number);  // in no pool
  return mates;
}

std::optional<StickySender> find_sticky(storage::Transaction& tx, const vault::Keys& keys,
                                        const SenderPoolSid& pool, const PhoneNumber& recipient) {
  const auto rows = tx.query(
      "SELECT number_sid, used_at FROM sticky_sender WHERE pool_sid = $1 AND recipient_index = $2",
      pool, recipient_index(keys, recipient));
  if (!rows->next()) return std::nullopt;
  return StickySender{rows->sid<NumberSid>(0), rows->time(1)};
}

void keep_sticky(storage::Transaction& tx, const vault::Keys& keys, const SenderPool& pool,
                 const PhoneNumber& recipient, const StickySender& sticky) {
  tx.run(
      "INSERT INTO sticky_sender (pool_sid, recipient_index, account_sid, number_sid, used_at) "
      "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (pool_sid, recipient_index) DO UPDATE SET "
      "number_sid = excluded.number_sid, used_at = excluded.used_at",
      pool.sid, recipient_index(keys, recipient), pool.account, sticky.number, sticky.used_at);
}

}  // namespace cloudvno::senders
