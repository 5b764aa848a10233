// The routes of the simulated telephones, beneath /v1/sandbox/handsets.
#pragma once

#include "domain/api/api.hpp"

namespace cloudvno::phones {

class Exchange;

// `exchange` outlives the API.
void mount_phones(api::Api& api, Exchange& exchange);

}  // namespace cloudvno::phones
