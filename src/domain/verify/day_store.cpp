// SQL of the table verification_day.
#include "domain/verify/day_store.hpp"

namespace cloudvno::verify {
namespace {

std::string_view mode_name(bool live) {
  return live ? "live" : "test";
}

}  // namespace

void count_day(storage::Transaction& tx, const Verification& verification, Counted what,
               std::string_view owner) {
  const Time day = std::chrono::floor<std::chrono::days>(verification.last_sent_at);
  tx.run(
      "INSERT INTO verification_day (account_sid, mode, day, channel, country, owner, sent, "
      "approved, blocked) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
      "ON CONFLICT (account_sid, mode, day, channel, country, owner) DO UPDATE SET "
      "sent = verification_day.sent + excluded.sent, "
      "approved = verification_day.approved + excluded.approved, "
      "blocked = verification_day.blocked + excluded.blocked",
      verification.account, mode_name(verification.live), day, channel_name(verification.channel),
      verification.country, owner, what == Counted::sent ? 1 : 0, what == Counted::approved ? 1 : 0,
      what == Counted::blocked ? 1 : 0);
}

std::vector<DayCounts> list_days(storage::Transaction& tx, const AccountSid& account, bool live,
                                 const DayQuery& query) {
  const auto rows = tx.query(
      "SELECT day, channel, country, CAST(sum(sent) AS BIGINT), CAST(sum(approved) AS BIGINT), "
      "CAST(sum(blocked) AS BIGINT) FROM verification_day "
      "WHERE account_sid = $1 AND mode = $2 AND day >= $3 AND day < $4 "
      "AND ($5 = '' OR channel = $6) AND ($7 = '' OR country = $8) "
      "GROUP BY day, channel, country ORDER BY day DESC, channel, country LIMIT $9",
      account, mode_name(live), query.from, query.before, query.channel, query.channel,
      query.country, query.country, most_day_rows);
  std::vector<DayCounts> all;
  while (rows->next()) {
    all.push_back({rows->time(0), std::string(rows->text(1)), std::string(rows->text(2)),
                   rows->integer(3), rows->integer(4), rows->integer(5)});
  }
  return all;
}

}  // namespace cloudvno::verify
