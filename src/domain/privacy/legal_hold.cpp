// SQL of the table legal_hold.
#include "domain/privacy/legal_hold.hpp"

#include <fmt/format.h>

namespace cloudvno::privacy {
namespace {

vault::Place place(const HoldSid& sid) {
  return {"legal_hold", "reason_sealed", sid.view()};
}

}  // namespace

Result<> insert_hold(storage::Transaction& tx, const vault::Keys& keys, const LegalHold& hold) {
  if (!tx.query_for_update("SELECT 1 FROM account WHERE sid = $1 AND status <> 'erased'",
                           hold.account)
           ->next()) {
    return fail(Errc::not_found);
  }
  tx.run(
      "INSERT INTO legal_hold (sid, account_sid, resource_sid, reason_sealed, created_at) "
      "VALUES ($1, $2, $3, $4, $5)",
      hold.sid, hold.account,
      hold.resource_sid.empty() ? std::nullopt : std::optional(hold.resource_sid),
      keys.seal(place(hold.sid), hold.reason), hold.created_at);
  return {};
}

bool release_hold(storage::Transaction& tx, const HoldSid& sid, Time now) {
  return tx.run("UPDATE legal_hold SET released_at = $2 WHERE sid = $1 AND released_at IS NULL",
                sid, now) == 1;
}

Result<std::vector<LegalHold>> list_holds(storage::Transaction& tx, const vault::Keys& keys,
                                          const AccountSid& account) {
  std::vector<LegalHold> holds;
  const auto rows = tx.query(
      "SELECT sid, resource_sid, reason_sealed, created_at, released_at FROM legal_hold "
      "WHERE account_sid = $1 ORDER BY sid",
      account);
  while (rows->next()) {
    LegalHold hold;
    hold.sid = rows->sid<HoldSid>(0);
    hold.account = account;
    if (!rows->is_null(1)) hold.resource_sid = rows->text(1);
    TRY_ASSIGN(hold.reason, keys.open(place(hold.sid), rows->bytes(2)));
    hold.created_at = rows->time(3);
    hold.released_at = rows->optional_time(4);
    holds.push_back(std::move(hold));
  }
  return holds;
}

bool has_hold(storage::Transaction& tx, std::string_view account) {
  return tx
      .query("SELECT 1 FROM legal_hold WHERE account_sid = $1 AND released_at IS NULL LIMIT 1",
             account)
      ->next();
}

bool is_held(storage::Transaction& tx, std::string_view account, std::string_view resource) {
  return tx
      .query(
          "SELECT 1 FROM legal_hold WHERE account_sid = $1 AND released_at IS NULL "
          "AND (resource_sid IS NULL OR resource_sid = $2) LIMIT 1",
          account, resource)
      ->next();
}

std::string not_held(const storage::Table& table) {
  if (table.account.empty()) return "1 = 1";
  // A row that is of no SID is held with its account only.
  const auto* resource = table.find(table.resource);
  const auto held_alone =
      resource && resource->type == "TEXT"
          ? fmt::format(" OR legal_hold.resource_sid = {}.{}", table.name, table.resource)
          : std::string();
  return fmt::format(
      "NOT EXISTS (SELECT 1 FROM legal_hold WHERE legal_hold.account_sid = {0}.{1} "
      "AND legal_hold.released_at IS NULL AND (legal_hold.resource_sid IS NULL{2}))",
      table.name, table.account, held_alone);
}

}  // namespace cloudvno::privacy
