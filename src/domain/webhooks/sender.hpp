// The port through which callbacks leave the house.
#pragma once

#include <expected>
#include <string>

#include "platform/net/task.hpp"
#include "protocol/http/message.hpp"

namespace cloudvno::webhooks {

struct OutgoingCallback {
  std::string url;
  std::string method;
  http::Headers headers;
  std::string body;
};

// Owned by app; called and resumed on the control thread. An attempt ends within 10 s, follows no
// redirect and goes to no address that the operator does not allow.
class Sender {
 public:
  virtual ~Sender() = default;
  // A response of any status, or why there was none, in words fit for the customer ("connection
  // refused").
  virtual net::Task<std::expected<http::Response, std::string>> send(OutgoingCallback callback) = 0;
};

}  // namespace cloudvno::webhooks
