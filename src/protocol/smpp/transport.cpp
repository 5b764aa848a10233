// Reading and writing by Asio.
#include "protocol/smpp/transport.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

namespace cloudvno::smpp {
namespace {

namespace asio = boost::asio;

Socket& socket_of(Socket& socket) {
  return socket;
}
Socket& socket_of(std::unique_ptr<TlsStream>& stream) {
  return stream->next_layer();
}
Socket& stream_of(Socket& socket) {
  return socket;
}
TlsStream& stream_of(std::unique_ptr<TlsStream>& stream) {
  return *stream;
}

template <class Stream>
class AsioTransport final : public Transport {
 public:
  explicit AsioTransport(Stream stream) : stream_(std::move(stream)) {}

  void read_some(std::span<std::uint8_t> into, Ended ended) override {
    stream_of(stream_).async_read_some(
        asio::buffer(into.data(), into.size()),
        [ended = std::move(ended)](boost::system::error_code fault, std::size_t bytes) mutable {
          ended(fault ? 0 : bytes);
        });
  }

  void write_all(ByteView bytes, Ended ended) override {
    asio::async_write(
        stream_of(stream_), asio::buffer(bytes.data(), bytes.size()),
        [ended = std::move(ended)](boost::system::error_code fault, std::size_t written) mutable {
          ended(fault ? 0 : written);
        });
  }

  // Without TLS's own farewell: unbind has said it.
  void close() override {
    boost::system::error_code ignored;
    socket_of(stream_).shutdown(Socket::shutdown_both, ignored);
    socket_of(stream_).close(ignored);
  }

 private:
  Stream stream_;
};

}  // namespace

std::unique_ptr<Transport> make_transport(Socket socket) {
  return std::make_unique<AsioTransport<Socket>>(std::move(socket));
}

std::unique_ptr<Transport> make_transport(std::unique_ptr<TlsStream> stream) {
  return std::make_unique<AsioTransport<std::unique_ptr<TlsStream>>>(std::move(stream));
}

void prepare_socket(Socket& socket) {
  boost::system::error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
}

}  // namespace cloudvno::smpp
