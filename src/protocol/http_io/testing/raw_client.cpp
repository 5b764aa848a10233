// The raw client on blocking sockets.
#include "protocol/http_io/testing/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "protocol/http/response_parser.hpp"

namespace cloudvno::http_io::testing {

RawClient::RawClient(std::uint16_t port, Options options)
    : context_(nullptr, SSL_CTX_free), ssl_(nullptr, SSL_free) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval ten_seconds{10, 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &ten_seconds, sizeof ten_seconds);
  setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &ten_seconds, sizeof ten_seconds);
  if (options.receive_buffer > 0) {
    setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &options.receive_buffer,
               sizeof options.receive_buffer);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  connected_ = connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  if (!connected_ || !options.tls) return;
  context_.reset(SSL_CTX_new(TLS_client_method()));
  if (options.most_tls_version != 0)
    SSL_CTX_set_max_proto_version(context_.get(), options.most_tls_version);
  ssl_.reset(SSL_new(context_.get()));
  SSL_set_fd(ssl_.get(), socket_);
  connected_ = SSL_connect(ssl_.get()) == 1;
}

RawClient::~RawClient() {
  if (socket_ >= 0) close(socket_);
}

void RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ssl_ ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                            : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void RawClient::finish_sending() {
  if (ssl_) SSL_shutdown(ssl_.get());
  shutdown(socket_, SHUT_WR);
}

std::string RawClient::read_some() {
  if (!pending_.empty()) return std::exchange(pending_, {});
  std::array<char, 16384> buffer;
  const auto count = ssl_ ? SSL_read(ssl_.get(), buffer.data(), buffer.size())
                          : recv(socket_, buffer.data(), buffer.size(), 0);
  return count > 0 ? std::string(buffer.data(), static_cast<std::size_t>(count)) : std::string();
}

std::string RawClient::read_to_end() {
  std::string all;
  for (auto bytes = read_some(); !bytes.empty(); bytes = read_some()) all += bytes;
  return all;
}

std::optional<http::Response> RawClient::read_response(bool to_head) {
  http::ResponseParser parser(to_head, 64 * 1024 * 1024);
  std::string bytes;
  while (parser.state() < http::ResponseParser::State::complete) {
    const auto more = read_some();
    if (more.empty()) return std::nullopt;
    bytes += more;
    bytes.erase(0, parser.consume(bytes));
  }
  pending_ = bytes;
  if (parser.state() != http::ResponseParser::State::complete) return std::nullopt;
  return parser.take();
}

bool RawClient::wait_for_close() {
  pollfd waiting{socket_, POLLRDHUP, 0};
  return poll(&waiting, 1, 10'000) == 1;
}

}  // namespace cloudvno::http_io::testing
