// Calls and recordings whose process died while they ran: they get their end.
#pragma once

#include <functional>
#include <set>
#include <vector>

#include "domain/accounts/accounts.hpp"
#include "domain/voice/parts.hpp"

namespace cloudvno::voice {

// Of the rows that are ours and that nobody here runs (`runs`): a call that was answered is
// completed when it was last seen, and charged until then; one that was not has failed; one that
// was never dialled is answered here, to be dialled now, unless it was asked for more than ten
// minutes ago. Recordings come to what is on the disk. At most 1,000 a call; false: there were
// more.
struct FoundCalls {
  std::vector<std::pair<Call, accounts::AccountPtr>> to_dial;
  bool all = true;
};
net::Task<Result<FoundCalls>> end_lost_calls(const Parts& parts, accounts::Accounts& accounts,
                                             std::set<CallSid> running);

}  // namespace cloudvno::voice
