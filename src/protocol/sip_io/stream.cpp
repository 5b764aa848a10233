// Reading and writing by Asio.
#include "protocol/sip_io/stream.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

namespace cloudvno::sip {
namespace {

namespace asio = boost::asio;

template <class Socket>
class AsioStream final : public Stream {
 public:
  explicit AsioStream(std::unique_ptr<Socket> socket) : socket_(std::move(socket)) {}

  void read_some(std::span<char> into, Ended ended) override {
    socket_->async_read_some(
        asio::buffer(into.data(), into.size()),
        [ended = std::move(ended)](boost::system::error_code fault, std::size_t bytes) mutable {
          ended(fault ? 0 : bytes);
        });
  }

  void write_all(std::string_view bytes, Ended ended) override {
    asio::async_write(
        *socket_, asio::buffer(bytes.data(), bytes.size()),
        [ended = std::move(ended)](boost::system::error_code fault, std::size_t written) mutable {
          ended(fault ? 0 : written);
        });
  }

  void close() override {
    boost::system::error_code ignored;
    socket_->lowest_layer().shutdown(TcpSocket::shutdown_both, ignored);
    socket_->lowest_layer().close(ignored);
  }

 private:
  std::unique_ptr<Socket> socket_;
};

}  // namespace

std::unique_ptr<Stream> make_stream(TcpSocket socket) {
  return std::make_unique<AsioStream<TcpSocket>>(std::make_unique<TcpSocket>(std::move(socket)));
}

std::unique_ptr<Stream> make_stream(std::unique_ptr<TlsSocket> socket) {
  return std::make_unique<AsioStream<TlsSocket>>(std::move(socket));
}

}  // namespace cloudvno::sip
