// /v1/fraud/settings, a part of the routes of fraud_api.hpp.
#pragma once

#include "domain/fraud/fraud_api.hpp"

namespace cloudvno::fraud {

void mount_fraud_settings(api::Api& api, FraudGuard& guard, const lookup::Data& data,
                          const Clock& clock);

}  // namespace cloudvno::fraud
