// The routes of /v1/fraud.
#pragma once

#include "base/clock.hpp"
#include "domain/api/api.hpp"
#include "domain/fraud/fraud_guard.hpp"

namespace cloudvno::fraud {

void mount_fraud(api::Api& api, FraudGuard& guard, const lookup::Data& data, const Clock& clock);

}  // namespace cloudvno::fraud
