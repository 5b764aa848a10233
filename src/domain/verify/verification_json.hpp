// Verifications as JSON: never with their code.
#pragma once

#include <boost/json/object.hpp>

#include "domain/verify/day_store.hpp"
#include "domain/verify/verification.hpp"

namespace cloudvno::verify {

boost::json::object to_json(const Verification& verification, Time now);
// {"attempts","converted","blocked","conversion_rate"} of the counts' sums.
boost::json::object counts_json(const DayCounts& counts);

}  // namespace cloudvno::verify
