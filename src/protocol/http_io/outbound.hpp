// One connection to somebody else's server, plain or over TLS, and the store of those kept open.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <expected>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "platform/net/resolver.hpp"
#include "platform/net/tls.hpp"
#include "protocol/http/outgoing.hpp"

namespace cloudvno::http_io {

class Outbound {
 public:
  struct Transfer {
    boost::system::error_code error;
    std::size_t bytes = 0;
  };

  explicit Outbound(const net::Executor& executor) : socket_(executor) {}

  net::Task<boost::system::error_code> connect(boost::asio::ip::tcp::endpoint peer);
  // Empty, or why TLS could not be set up.
  net::Task<std::string> shake_hands(const net::TlsClient& tls, std::string host);
  net::Task<Transfer> read_some(char* into, std::size_t size);
  net::Task<Transfer> write(std::string_view bytes);
  // False if the peer has closed it, or sent something that nobody asked for.
  bool is_quiet();
  // What waits for it ends with operation_aborted.
  void close();

 private:
  boost::asio::ip::tcp::socket socket_;
  std::unique_ptr<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;
};
using OutboundPtr = std::unique_ptr<Outbound>;

// Connections between requests. Beyond its bounds the oldest is closed. Lives on one executor.
class OutboundStore : public std::enable_shared_from_this<OutboundStore> {
 public:
  struct Bounds {
    std::size_t all;
    std::size_t per_host;
    std::chrono::milliseconds idle_time;
  };

  OutboundStore(const net::Executor& executor, Bounds bounds) : bounds_(bounds), timer_(executor) {}

  // The one of that host used last, if it is still open; else nothing.
  OutboundPtr take(const std::string& host);
  void put(const std::string& host, OutboundPtr connection);
  void clear();

 private:
  struct Kept {
    std::string host;
    OutboundPtr connection;
    std::chrono::steady_clock::time_point until;
  };

  void close_old();

  Bounds bounds_;
  boost::asio::steady_timer timer_;
  std::deque<Kept> kept_;  // the oldest first
};

}  // namespace cloudvno::http_io
