// A request to somebody else's server and what came of it, as plain values (RFC 9110).
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "protocol/http/message.hpp"

namespace cloudvno::http {

struct OutgoingRequest {
  Url url;
  std::string method = "GET";
  Headers headers;  // Host, Content-Length and Connection are added by the client
  std::string body;
  std::chrono::milliseconds timeout{10'000};          // the whole exchange, look-up included
  std::chrono::milliseconds connect_timeout{10'000};  // TCP and TLS together
  std::size_t max_response_bytes = 64 * 1024;         // of the body; the head may have 16 KiB
};

// Why no answer came, in words fit for the customer's own delivery log.
enum class SendFailure : std::uint8_t {
  bad_request,         // ours: a method or header that cannot be sent
  overloaded,          // too many requests wait for this host or for all
  dns_failure,         // no such name, or no name server answered
  refused_address,     // the guard refuses every address of the name, or the port
  connect_failure,     // nobody listens there
  connect_timeout,     // TCP or TLS was not up in time
  tls_failure,         // certificate, host name or version (below TLS 1.3)
  closed_early,        // the peer closed before its answer was whole
  response_timeout,    // connected, but no whole answer in time
  response_too_large,  // more than max_response_bytes, or more than 16 KiB of head
  protocol_error,      // the answer is not HTTP/1.1
};
std::string_view name_of(SendFailure failure);  // "dns_failure"

struct SendError {
  SendFailure kind = SendFailure::protocol_error;
  std::string text;      // one sentence; holds no address inside our network and no body
  bool reached = false;  // some of the request may have been read by the peer
};

using SendResult = std::expected<Response, SendError>;

}  // namespace cloudvno::http
