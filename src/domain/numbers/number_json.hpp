// Numbers and offers as the API shows them.
#pragma once

#include <boost/json/object.hpp>

#include "domain/numbers/number.hpp"

namespace cloudvno::numbers {

namespace json = boost::json;

json::object to_json(const Number& number);
json::object to_json(const Offer& offer);

}  // namespace cloudvno::numbers
