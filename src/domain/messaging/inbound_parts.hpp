// Long inbound texts put together from their parts, in the store: any order, duplicates, gaps (3GPP
// TS 23.040 section 9.2.3.24.1). In a body.
//
// Parts wait at most `inbound_parts_join_within` for the next one. Then the text is handed on as it
// is, with "…" where parts are missing. A part that comes later still begins a text of its own, by
// the same rule: late words are worth more than silence.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/messaging/carrier.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::messaging {

// From the last part that came. Shorter than the time in which phones come to use a reference
// again, longer than a walk through a tunnel.
inline constexpr std::chrono::minutes inbound_parts_join_within{10};

struct JoinedText {
  PhoneNumber from;
  PhoneNumber to;
  std::string carrier;
  std::string text;  // UTF-8
  int segments = 1;  // that came
  bool whole = true;
};

// Keeps the part, and answers the texts that are ready with it: its own, if it was the last
// missing; and an older one under the same reference that never became whole. A part that came
// before changes nothing, also for a while after its text was whole.
Result<std::vector<JoinedText>> join_part(storage::Transaction& tx, const vault::Keys& keys,
                                          const AccountSid& account, std::string_view carrier,
                                          const InboundPart& part, Time now);

// A text whose parts wait no longer.
struct OverdueGroup {
  Bytes group;
  AccountSid account;
};
// The oldest, at most `most`; texts that became whole, and are only remembered, among them.
std::vector<OverdueGroup> list_overdue(storage::Transaction& tx, Time now, std::int64_t most);
// Takes the group out of the store; its text, unless it was whole before or another process was
// quicker.
Result<std::optional<JoinedText>> end_group(storage::Transaction& tx, const vault::Keys& keys,
                                            const OverdueGroup& overdue, Time now);
// The same for a group that nobody can read any more.
void drop_group(storage::Transaction& tx, const OverdueGroup& overdue);

}  // namespace cloudvno::messaging
