// The connection under a session: TCP, plain or under TLS.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "base/bytes.hpp"
#include "platform/net/task.hpp"

namespace cloudvno::smpp {

// At most one read and one write at a time; their buffers and the transport itself have to stay
// until they end. Runs on one executor of one thread.
class Transport {
 public:
  // `bytes` is 0 where the connection is at its end, in order or not.
  using Ended = std::move_only_function<void(std::size_t bytes)>;

  virtual ~Transport() = default;
  virtual void read_some(std::span<std::uint8_t> into, Ended ended) = 0;
  virtual void write_all(ByteView bytes, Ended ended) = 0;  // 0 if any byte was not written
  // Ends the connection at once; reads and writes under way end with 0.
  virtual void close() = 0;
};

using Socket = boost::asio::ip::tcp::socket;
using TlsStream = boost::asio::ssl::stream<Socket>;

std::unique_ptr<Transport> make_transport(Socket socket);
std::unique_ptr<Transport> make_transport(
    std::unique_ptr<TlsStream> stream);  // after the handshake

// What every socket of ours has set: no waiting for more to send (TCP_NODELAY), and probes that
// find a dead peer behind a NAT. Faults show at the first read.
void prepare_socket(Socket& socket);

}  // namespace cloudvno::smpp
