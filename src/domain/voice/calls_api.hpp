// The routes of calls and recordings.
#pragma once

#include <functional>

#include "domain/api/api.hpp"
#include "domain/voice/call.hpp"
#include "domain/voice/parts.hpp"
#include "domain/voice/recording_store.hpp"

namespace cloudvno::voice {

struct ApiParts {
  const Parts& parts;
  // Called on the control thread, with a call that is on the disk and waits to be dialled; and when
  // a running call was given an order.
  std::function<void(Call, accounts::AccountPtr)> accepted;
  std::function<void()> ordered;
  // Whether one more may wait. Errc::service_unavailable.
  std::function<Result<>(const AccountSid&)> admit;
  std::function<net::Task<Result<accounts::AccountPtr>>(const AccountSid&)> find_account;
};

void mount_calls(api::Api& api, const ApiParts& parts);
void mount_recordings(api::Api& api, const ApiParts& parts);

// The call that the path names, as the caller may see it. Errc::not_found.
Result<Call> find_asked(storage::Transaction& tx, const api::Request& request,
                        storage::RowLock lock = storage::RowLock::none);

}  // namespace cloudvno::voice
