// Idempotency-Key (product.md section 1): the first answer again for the same key and body, for 24
// hours.
#pragma once

#include <optional>
#include <set>
#include <string_view>

#include "domain/api/request.hpp"

namespace cloudvno::api {

inline constexpr std::chrono::hours idempotency_kept{24};

// From the header. Errc::invalid_parameter if it is not 1 to 255 printable characters.
Result<std::optional<IdempotencyKey>> read_idempotency_key(const http::Request& raw,
                                                           const Caller& caller);

// The kept answer if the key was used; Errc::idempotency_key_reused if it was for another request.
Result<std::optional<Answer>> find_kept_answer(storage::Transaction& tx, const Caller& caller,
                                               const IdempotencyKey& key, Time now);

// Errc::idempotency_key_in_use if another process kept an answer in the meantime.
Result<> keep_answer(storage::Transaction& tx, const Caller& caller, const IdempotencyKey& key,
                     const Answer& answer, Time now);

// Goes through the answers that the account's requests of that moment were given: `edit` changes
// one, and says whether it did. So what a resource forgets is gone from its first answer too.
Result<> edit_kept_answers(storage::Transaction& tx, const vault::Keys& keys,
                           const AccountSid& account, Time received,
                           const std::function<bool(boost::json::object&)>& edit);

}  // namespace cloudvno::api
