// Names and their addresses as a test wants them.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "platform/net/resolver.hpp"

namespace cloudvno::http_io::testing {

// Literal addresses are read as the real resolver reads them; all names have the same addresses.
class FakeResolver final : public net::Resolver {
 public:
  explicit FakeResolver(std::vector<std::string> addresses = {"127.0.0.1"}) {
    answer = [addresses = std::move(addresses)](int) -> Result<net::Addresses> {
      net::Addresses all;
      for (const auto& text : addresses) all.push_back(boost::asio::ip::make_address(text));
      return all;
    };
  }

  net::Task<Result<net::Addresses>> resolve(std::string host) override {
    if (auto literal = net::literal_address(host)) {
      if (!*literal) co_return std::unexpected(literal->error());
      co_return net::Addresses{**literal};
    }
    co_return answer(asked++);
  }

  std::function<Result<net::Addresses>(int number)> answer;
  std::atomic<int> asked = 0;
};

}  // namespace cloudvno::http_io::testing
