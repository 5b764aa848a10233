// A message as the API and events show it (product.md section 2).
#pragma once

#include <boost/json/object.hpp>

#include "domain/messaging/message.hpp"

namespace cloudvno::messaging {

boost::json::object to_json(const Message& message, boost::json::storage_ptr memory = {});

}  // namespace cloudvno::messaging
