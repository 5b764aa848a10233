// The routes of /v1/verify.
#pragma once

#include <functional>

#include "domain/api/api.hpp"
#include "domain/verify/parts.hpp"
#include "domain/verify/send_code.hpp"

namespace cloudvno::verify {

struct ApiParts {
  const Parts& parts;
  const Carriers& carriers;
  // Called on the control thread, once what was sent is on the disk.
  std::function<void(Sent, accounts::AccountPtr)> sent;
};

void mount_verifications(api::Api& api, const ApiParts& parts);

// The verification that the path names, as the caller may see it. Errc::not_found.
Result<Verification> find_asked(storage::Transaction& tx, const api::Request& request,
                                storage::RowLock lock = storage::RowLock::none);
net::Task<Result<api::Answer>> summarize(api::Request& request);

}  // namespace cloudvno::verify
