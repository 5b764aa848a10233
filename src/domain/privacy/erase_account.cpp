// Erasing an account. SQL of the table erasure.
#include "domain/privacy/erase_account.hpp"

#include "domain/accounts/key_store.hpp"
#include "domain/privacy/legal_hold.hpp"

namespace cloudvno::privacy {
namespace {

void destroy(storage::Transaction& tx, const AccountSid& sid, Time now) {
  tx.run("UPDATE account SET status = 'erased', updated_at = $2 WHERE sid = $1", sid, now);
  tx.run("DELETE FROM api_key WHERE account_sid = $1", sid);
  // What waits to be sent is not sent any more: a claim finds no row.
  tx.run("DELETE FROM outbound_queue WHERE account_sid = $1", sid);
  accounts::delete_wrapped_keys(tx, sid.view());
}

}  // namespace

Result<> check_erasable(storage::Transaction& tx, const AccountSid& sid) {
  // Locked, so that a hold is either there before, or finds the account erased.
  if (!tx.query_for_update("SELECT 1 FROM account WHERE sid = $1 AND status <> 'erased'", sid)
           ->next()) {
    return fail(Errc::not_found);
  }
  if (has_hold(tx, sid.view())) {
    return fail(Errc::wrong_state,
                "a legal hold keeps rows of this account; release it before the account is erased");
  }
  return {};
}

Result<> destroy_account_keys(storage::Transaction& tx, const AccountSid& sid, Time now) {
  TRY(check_erasable(tx, sid));
  tx.run("INSERT INTO erasure (account_sid, erased_at) VALUES ($1, $2) ON CONFLICT DO NOTHING", sid,
         now);
  destroy(tx, sid, now);
  return {};
}

void repeat_erasure(storage::Transaction& tx, const Erasure& erasure) {
  tx.run(
      "INSERT INTO erasure (account_sid, erased_at, root_key_dropped_at) VALUES ($1, $2, $2) "
      "ON CONFLICT (account_sid) DO UPDATE SET rows_deleted_at = NULL",
      erasure.account, erasure.erased_at);
  destroy(tx, erasure.account, erasure.erased_at);
}

std::vector<Erasure> list_erasures(storage::Transaction& tx) {
  std::vector<Erasure> erasures;
  const auto rows = tx.query(
      "SELECT account_sid, erased_at, root_key_dropped_at, rows_deleted_at FROM erasure "
      "ORDER BY account_sid");
  while (rows->next()) {
    erasures.push_back(
        {rows->sid<AccountSid>(0), rows->time(1), !rows->is_null(2), !rows->is_null(3)});
  }
  return erasures;
}

void note_root_key_dropped(storage::Transaction& tx, Time erased_until, Time now) {
  tx.run(
      "UPDATE erasure SET root_key_dropped_at = $2 WHERE root_key_dropped_at IS NULL "
      "AND erased_at <= $1",
      erased_until, now);
}

void note_rows_deleted(storage::Transaction& tx, const AccountSid& sid, Time now) {
  tx.run("UPDATE erasure SET rows_deleted_at = $2 WHERE account_sid = $1", sid, now);
}

}  // namespace cloudvno::privacy
