// The scripted server on blocking sockets and a thread.
#include "protocol/http_io/testing/scripted_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>

namespace cloudvno::http_io::testing {

Peer::~Peer() {
  if (ssl_) {
    SSL_shutdown(ssl_);
    SSL_free(ssl_);
  }
  if (socket_ >= 0) close(socket_);
}

std::string Peer::read_some() {
  std::array<char, 16384> buffer;
  const auto count = ssl_ ? SSL_read(ssl_, buffer.data(), buffer.size())
                          : recv(socket_, buffer.data(), buffer.size(), 0);
  return count > 0 ? std::string(buffer.data(), static_cast<std::size_t>(count)) : std::string();
}

std::string Peer::read_request() {
  std::string all;
  for (;;) {
    const auto end = all.find("\r\n\r\n");
    if (end != std::string::npos) {
      const auto field = all.find("Content-Length: ");
      const std::size_t body = field < end ? std::stoul(all.substr(field + 16)) : 0;
      if (all.size() >= end + 4 + body) return all;
    }
    const auto more = read_some();
    if (more.empty()) return {};
    all += more;
  }
}

bool Peer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ssl_ ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                            : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void Peer::wait_for_end() {
  while (!read_some().empty()) {
  }
}

void Peer::reset() {
  const linger at_once{1, 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(std::exchange(socket_, -1));
  SSL_free(std::exchange(ssl_, nullptr));
}

ScriptedServer::ScriptedServer(Script script, Options options)
    : context_(nullptr, SSL_CTX_free), script_(std::move(script)) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  if (!options.certificate.certificate.empty()) {
    context_.reset(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_use_certificate_chain_file(context_.get(), options.certificate.certificate.c_str());
    SSL_CTX_use_PrivateKey_file(context_.get(), options.certificate.key.c_str(), SSL_FILETYPE_PEM);
    if (options.most_tls_version != 0)
      SSL_CTX_set_max_proto_version(context_.get(), options.most_tls_version);
  }
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(options.port);
  inet_pton(AF_INET, options.address.c_str(), &address.sin_addr);
  socklen_t size = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  if (bind(socket_, plain, size) != 0 || listen(socket_, 128) != 0 ||
      getsockname(socket_, plain, &size) != 0)
    throw std::runtime_error("the scripted server cannot listen");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
  shutdown(socket_, SHUT_RDWR);  // wakes accept
  thread_.join();
  for (auto& connection : connections_) connection.join();
  close(socket_);
}

void ScriptedServer::accept_all() {
  for (;;) {
    const int connection = accept(socket_, nullptr, nullptr);
    if (connection < 0) return;
    const int number = accepted_++;
    connections_.emplace_back([this, connection, number] { serve(connection, number); });
  }
}

void ScriptedServer::serve(int connection, int number) {
  const timeval ten_seconds{10, 0};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &ten_seconds, sizeof ten_seconds);
  setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &ten_seconds, sizeof ten_seconds);
  SSL* ssl = nullptr;
  if (context_) {
    ssl = SSL_new(context_.get());
    SSL_set_fd(ssl, connection);
  }
  Peer peer(connection, ssl);
  if (!ssl || SSL_accept(ssl) == 1) script_(peer, number);
}

}  // namespace cloudvno::http_io::testing
