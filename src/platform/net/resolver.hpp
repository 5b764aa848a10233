// From host names to addresses.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "platform/net/task.hpp"

namespace cloudvno::net {

using Addresses = std::vector<boost::asio::ip::address>;

class Resolver {
 public:
  virtual ~Resolver() = default;
  // At least one address, in the order to try them. Errc::invalid_parameter: no host name or
  // address; not_found: no such name, or none with an address; service_unavailable: no answer from
  // a name server in time, or too many look-ups. `detail` says what happened.
  virtual Task<Result<Addresses>> resolve(std::string host) = 0;
};

// The host as an address, where it is one; an error where it looks like a number, but is not a
// dotted quad or an IPv6 address in plain form: "0x7f.1", "0177.0.0.1", "2130706433", "127.0.0.1.",
// "fe80::1%eth0". Nothing for a name. Such spellings of an address are used to get past filters.
std::optional<Result<boost::asio::ip::address>> literal_address(std::string_view host);

struct ResolverOptions {
  std::chrono::milliseconds deadline{5'000};
  std::size_t running = 256;  // look-ups under way; beyond it they are refused
  std::string servers;        // "127.0.0.1:5353,…"; empty: the system's
};

// Asks /etc/hosts and then the name servers for A and AAAA records, without a thread (c-ares on
// Asio). resolve() may be awaited on any executor; the work runs on `io`, where it is destroyed
// too, or after `io` has stopped.
class CaresResolver final : public Resolver {
 public:
  explicit CaresResolver(Executor io, ResolverOptions options = {});
  ~CaresResolver() override;

  Task<Result<Addresses>> resolve(std::string host) override;

 private:
  class Channel;
  Task<Result<Addresses>> look_up(std::shared_ptr<Channel> channel, std::string host);

  Executor io_;
  ResolverOptions options_;
  std::shared_ptr<Channel> channel_;
};

}  // namespace cloudvno::net
