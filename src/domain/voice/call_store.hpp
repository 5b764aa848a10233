// SQL of the tables call and call_notification.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "domain/api/page.hpp"
#include "domain/voice/call.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::voice {

// Blind indexes of an account's calls by address (E.164 or SIP URI).
Bytes from_index(const vault::Keys& keys, std::string_view address);
Bytes to_index(const vault::Keys& keys, std::string_view address);

// `owner`: the process that runs it.
void insert_call(storage::Transaction& tx, const vault::Keys& keys, const Call& call,
                 std::string_view owner);
// Its state, times, codes, price and quality, unless the row has come to its end or further than
// `call.sequence`: false.
bool update_call(storage::Transaction& tx, const Call& call);
// Errc::not_found. A SID of another account is not found.
Result<Call> find_call(storage::Transaction& tx, const vault::Keys& keys, const AccountSid& account,
                       const CallSid& sid, storage::RowLock lock = storage::RowLock::none);
Result<std::vector<Call>> list_calls(storage::Transaction& tx, const vault::Keys& keys,
                                     const api::Conditions& conditions, const api::PageQuery& page);
// With its notifications and recordings.
void delete_call(storage::Transaction& tx, const CallSid& sid);

// What the customer wants of a running call: new instructions, or its end.
struct CallOrder {
  std::optional<Instructions> instructions;
  bool end = false;
};
// False where the call is not running.
bool give_order(storage::Transaction& tx, const vault::Keys& keys, const CallSid& call,
                const CallOrder& order, Time now);
struct WaitingOrder {
  CallSid call;
  AccountSid account;
};
std::vector<WaitingOrder> list_orders(storage::Transaction& tx, std::string_view owner);
// Nothing where somebody took it.
Result<std::optional<CallOrder>> take_order(storage::Transaction& tx, const vault::Keys& keys,
                                            const CallSid& call);

// Calls that `owner` runs, those of a process that died included.
struct RunningCall {
  CallSid sid;
  AccountSid account;
  Time seen_at;
};
std::vector<RunningCall> list_running(storage::Transaction& tx, std::string_view owner);
// That they go on.
void note_seen(storage::Transaction& tx, std::string_view owner, Time now);
std::int64_t move_calls(storage::Transaction& tx, std::string_view from, std::string_view to);

struct Notification {
  std::int64_t number = 0;
  int code = 0;
  std::string text;
  std::string url;  // of the document at fault; empty: given with the call
  Time created_at;
};
inline constexpr std::int64_t most_notifications = 100;  // of a call
void insert_notification(storage::Transaction& tx, const vault::Keys& keys, const Call& call,
                         const Notification& notification);
Result<std::vector<Notification>> list_notifications(storage::Transaction& tx,
                                                     const vault::Keys& keys, const CallSid& call);

}  // namespace cloudvno::voice
