// SQL of the table verification_day: codes sent and given back, by day, channel and country.
#pragma once

#include <string>
#include <vector>

#include "domain/verify/verification.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::verify {

struct DayCounts {
  Time day;  // its midnight, UTC
  std::string channel;
  std::string country;  // empty: not known, or an e-mail
  std::int64_t sent = 0;
  std::int64_t approved = 0;
  std::int64_t blocked = 0;
};

enum class Counted { sent, approved, blocked };
// On the day of its last send, by the channel of that.
// `owner`: the process that counts (cluster::Node).
void count_day(storage::Transaction& tx, const Verification& verification, Counted what,
               std::string_view owner);

struct DayQuery {
  Time from;
  Time before;
  std::string channel;  // empty: all
  std::string country;  // empty: all
};
inline constexpr std::int64_t most_day_rows = 10'000;
// The newest day first, at most most_day_rows.
std::vector<DayCounts> list_days(storage::Transaction& tx, const AccountSid& account, bool live,
                                 const DayQuery& query);

}  // namespace cloudvno::verify
