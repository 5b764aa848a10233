// Who may hand us receipts and inbound messages of a carrier: the aggregator and nobody else.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "platform/net/address_guard.hpp"
#include "protocol/http/message.hpp"

namespace cloudvno::http_carrier {

// All that is set has to be right. With nothing set nobody comes in.
struct GateOptions {
  std::string secret;  // the last segment of the path, or the query's `secret`
  std::string user;    // HTTP Basic
  std::string password;
  std::string hmac_header;  // HMAC-SHA256 of the body in hex or base64, maybe behind "sha256="
  std::string hmac_secret;
  std::vector<net::AddressRange> addresses;  // of who connects to us
};

enum class Entry : std::uint8_t { open, refused, too_many };

// Counts failures by address, 20 a minute; then that address waits for the next minute, whatever it
// brings, so that nobody guesses. Lives on the control thread.
class Gate {
 public:
  explicit Gate(GateOptions options) : options_(std::move(options)) {}

  bool is_set() const;
  // `in_path`: what stands behind the route.
  Entry judge(const http::Request& request, std::string_view in_path, Time now);

 private:
  struct Failures {
    std::int64_t minute = 0;
    int count = 0;
  };

  bool is_right(const http::Request& request, std::string_view in_path) const;
  bool is_signed(const http::Request& request) const;
  Failures& failures_of(const std::string& peer, std::int64_t minute);

  GateOptions options_;
  std::map<std::string, Failures, std::less<>> failures_;
  Failures others_;  // of addresses that the map has no room for
};

}  // namespace cloudvno::http_carrier
