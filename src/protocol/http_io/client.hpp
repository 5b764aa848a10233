// The HTTP/1.1 client for URLs that customers chose: guarded addresses, TLS 1.3, no redirects.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "platform/net/task.hpp"
#include "protocol/http/outgoing.hpp"

namespace cloudvno::net {
class AddressGuard;
class Resolver;
class TlsClient;
}  // namespace cloudvno::net

namespace cloudvno::http_io {

using http::OutgoingRequest;
using http::SendError;
using http::SendFailure;
using http::SendResult;

struct ClientOptions {
  std::size_t requests = 256;          // under way at once, to all hosts
  std::size_t requests_per_host = 16;  // under way at once, to one scheme, host and port
  std::size_t waiting = 4'096;         // for one of those; beyond it `overloaded`
  std::chrono::milliseconds waiting_time{30'000};  // then `overloaded`
  std::size_t idle_connections = 256;              // kept open, of all hosts
  std::size_t idle_per_host = 8;
  std::chrono::milliseconds idle_time{30'000};
  std::vector<std::uint16_t> ports;  // allowed; empty allows all
};

// Keeps connections open per scheme, host and port. Each address is judged after resolution and
// connected to as judged, without a second look-up, so a name that changes its address between the
// two (DNS rebinding) gains nothing; a kept connection was judged when it was opened.
//
// Redirects are answers like others (3xx). A request goes out a second time only where a kept
// connection turned out to be closed before any byte of the answer, and then only if the method is
// idempotent (GET, HEAD, PUT, DELETE, OPTIONS) or the peer cannot have read it (nothing was
// written).
//
// send() may be awaited on any executor and cancelled there; the work runs on the client's own.
class Client {
 public:
  Client(net::Executor io, net::Resolver& resolver, const net::AddressGuard& guard,
         std::shared_ptr<const net::TlsClient> tls, ClientOptions options = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  net::Task<SendResult> send(OutgoingRequest request);
  // Closes kept connections; requests under way go on.
  void close_idle();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace cloudvno::http_io
