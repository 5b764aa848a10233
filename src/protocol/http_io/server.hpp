// The HTTP/1.1 server (RFC 9112), plain or over TLS 1.3, in front of one handler.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "platform/net/task.hpp"
#include "protocol/http/message.hpp"

namespace cloudvno::net {
class TlsServer;
}

namespace cloudvno::http_io {

// Runs on the home executor. An exception becomes the refusal of status 500.
using Handler = std::function<net::Task<http::Response>(http::Request)>;

// Makes the answer to a request that never reaches the handler: 400, 405, 408, 413, 414, 417, 431,
// 500, 501, 503 or 505. `reason` names the rule that was broken and holds nothing of the request.
// Called on the server's threads, several at once: it must keep no state.
using Refuse = std::function<http::Response(int status, std::string_view reason)>;

// {"error":{"code":"malformed_request","message":reason,"param":null,"doc_url":null}}, with the
// codes method_not_allowed, body_too_large, service_unavailable and internal_error for 405, 413,
// 503 and 500.
http::Response refuse_as_json(int status, std::string_view reason);

// What a request holds until it is answered; nothing while too much is asked for: the request waits
// and is asked about again (Limits::waiting), or is refused without the handler. Called on the
// server's threads, several at once. What it gave may be let go on any thread, and after the
// server.
using Admit = std::function<std::shared_ptr<const void>(const http::Request&)>;

struct Endpoint {
  std::string address = "127.0.0.1";  // "::" takes IPv4 too
  std::uint16_t port = 0;             // 0: one that is free
  bool tls = false;
  // Sockets that listen already, instead of a new one at the address: the server takes them over.
  std::vector<int> sockets = {};
};

struct Limits {
  std::size_t head_bytes = 16 * 1024;
  std::size_t header_fields = 100;
  std::size_t body_bytes = 1024 * 1024;
  // From accept to the end of the first head (TLS handshake included), later from a head's first
  // byte to its last.
  std::chrono::milliseconds head_time{10'000};
  std::chrono::milliseconds body_time{10'000};
  std::chrono::milliseconds idle_time{75'000};
  // For the whole answer to be taken by the client, and a second more for every 32 KiB of body;
  // then the connection is reset.
  std::chrono::milliseconds write_time{30'000};
  // While draining, how long connections are still accepted, and how long a connection may stay
  // without a request.
  std::chrono::milliseconds drain_idle_time{1'000};
  std::chrono::milliseconds handler_time{60'000};   // then 503, and the handler is cancelled
  std::chrono::milliseconds sweep_interval{1'000};  // how late a deadline may be noticed
  // Of the whole server. Beyond it a plain connection is answered 503 and closed, a TLS connection
  // closed before its handshake.
  std::size_t connections = 10'000;
  // Requests of one thread that wait to be admitted, and for how long at most. More are refused at
  // once: 503.
  std::size_t waiting = 640;
  std::chrono::milliseconds waiting_time{1'000};
  // How long nothing is read from a connection whose request was refused so: its client comes
  // again, and the less soon, the less of our time goes to refusing.
  std::chrono::milliseconds pause_time{35};
  // Requests in the handler at once.
  std::size_t running = 4'096;
};

struct ServerOptions {
  std::vector<Endpoint> endpoints;
  int threads = 1;
  std::shared_ptr<const net::TlsServer> tls;  // needed where an endpoint has tls set
  Limits limits;
  Refuse refuse = refuse_as_json;
  // Empty: all are admitted.
  Admit admit = {};
};

// Listens, parses on its own threads, hands each request to the handler on the home executor, and
// answers on the connection's thread. Requests of one connection run one after the other, in their
// order; a handler that runs when its client goes away runs on to its end.
//
// The home executor must run in one thread, and stop only after the server. Owned by the
// composition root; start, drain and stop are called once each, in that order, from outside the
// server's threads.
class Server {
 public:
  Server(ServerOptions options, net::Executor home, Handler handler);
  ~Server();  // stop()
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds every endpoint and starts the threads; fails with Errc::internal_error and a text for the
  // operator where an address is taken or is none.
  Result<> start();
  // In the order of the endpoints; valid after start.
  std::vector<std::uint16_t> ports() const;
  // What listens for each endpoint, one or more; the server's, valid from start to drain. Who has
  // duplicates of them keeps connections waiting, rather than refused, beyond this server's end.
  const std::vector<std::vector<int>>& sockets() const;

  // Ends without losing a request: answers say `Connection: close`, connections are accepted and
  // may bring a request for Limits::drain_idle_time more, then what waits at the sockets is
  // accepted and they are closed, and running requests finish. No connection is closed with bytes
  // unread. True if all were gone in time. Awaited on the home executor.
  net::Task<bool> drain(std::chrono::milliseconds at_most);
  // Closes everything and joins the threads; handlers that still run are cancelled.
  void stop();

  // Connections accepted from now on are shown this certificate. From any thread, between start and
  // stop.
  void use_certificate(std::shared_ptr<const net::TlsServer> tls);

  std::size_t connections() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cloudvno::http_io
