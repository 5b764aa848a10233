// The bytes under a connection: TCP, plain or under TLS.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

namespace cloudvno::sip {

// At most one read and one write at a time; their buffers and the stream itself have to stay until
// they end. Runs on one executor of one thread.
class Stream {
 public:
  // `bytes` is 0 where the stream is at its end, in order or not.
  using Ended = std::move_only_function<void(std::size_t bytes)>;

  virtual ~Stream() = default;
  virtual void read_some(std::span<char> into, Ended ended) = 0;
  virtual void write_all(std::string_view bytes, Ended ended) = 0;  // 0 if any was not written
  // Ends the stream at once; what is under way ends with 0.
  virtual void close() = 0;
};

using TcpSocket = boost::asio::ip::tcp::socket;
using TlsSocket = boost::asio::ssl::stream<TcpSocket>;

std::unique_ptr<Stream> make_stream(TcpSocket socket);
std::unique_ptr<Stream> make_stream(std::unique_ptr<TlsSocket> socket);  // after the handshake

}  // namespace cloudvno::sip
