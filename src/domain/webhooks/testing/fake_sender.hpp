// The port of callbacks in memory: keeps what was sent, answers what the test sets.
#pragma once

#include "domain/webhooks/sender.hpp"

namespace cloudvno::webhooks::testing {

class FakeSender final : public Sender {
 public:
  net::Task<std::expected<http::Response, std::string>> send(OutgoingCallback callback) override {
    sent.push_back(std::move(callback));
    if (!failure.empty()) co_return std::unexpected(failure);
    co_return response;
  }

  std::vector<OutgoingCallback> sent;
  http::Response response{204, {}, {}};
  std::string failure;  // not empty: no response comes
};

}  // namespace cloudvno::webhooks::testing
