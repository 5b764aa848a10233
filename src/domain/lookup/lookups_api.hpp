// The routes of /v1/lookups.
#pragma once

#include "domain/api/api.hpp"
#include "domain/lookup/data.hpp"
#include "domain/lookup/records.hpp"

namespace cloudvno::lookup {

// `records`: may be null, where the operator has no source. It and the data outlive the API's
// requests.
void mount_lookups(api::Api& api, const Data& data, Records* records);

}  // namespace cloudvno::lookup
