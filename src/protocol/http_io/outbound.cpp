// Outgoing connections on Asio.
#include "protocol/http_io/outbound.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace cloudvno::http_io {
namespace asio = boost::asio;

namespace {

constexpr auto as_pair = asio::as_tuple(asio::use_awaitable);

// Cancellation is no failure of the peer: it ends the task.
void check(const boost::system::error_code& error) {
  if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
}

std::string describe(const boost::system::error_code& error, SSL* connection) {
  const long verdict = SSL_get_verify_result(connection);
  if (verdict != X509_V_OK)
    return std::string("The certificate was refused: ") + X509_verify_cert_error_string(verdict) +
           ".";
  if (error == asio::error::eof || error == asio::ssl::error::stream_truncated ||
      error == asio::error::connection_reset)
    return "The server ended the TLS handshake.";
  const int reason = error.category() == asio::error::get_ssl_category()
                         ? ERR_GET_REASON(static_cast<unsigned long>(error.value()))
                         : 0;
  if (reason == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION || reason == SSL_R_UNSUPPORTED_PROTOCOL)
    return "The server does not speak TLS 1.3.";
  return "The TLS handshake failed: " + error.message() + ".";
}

}  // namespace

net::Task<boost::system::error_code> Outbound::connect(asio::ip::tcp::endpoint peer) {
  boost::system::error_code ignored;
  socket_.close(ignored);
  const auto [error] = co_await socket_.async_connect(peer, as_pair);
  check(error);
  if (!error) socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  co_return error;
}

net::Task<std::string> Outbound::shake_hands(const net::TlsClient& tls, std::string host) {
  tls_ = std::make_unique<asio::ssl::stream<asio::ip::tcp::socket&>>(socket_, tls.context());
  if (!net::TlsClient::expect_host(tls_->native_handle(), std::move(host)))
    co_return "The host is not one that a certificate can name.";
  const auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::client, as_pair);
  check(error);
  co_return error ? describe(error, tls_->native_handle()) : std::string();
}

net::Task<Outbound::Transfer> Outbound::read_some(char* into, std::size_t size) {
  const auto buffer = asio::buffer(into, size);
  const auto [error, bytes] = tls_ ? co_await tls_->async_read_some(buffer, as_pair)
                                   : co_await socket_.async_read_some(buffer, as_pair);
  check(error);
  co_return Transfer{error, bytes};
}

net::Task<Outbound::Transfer> Outbound::write(std::string_view bytes) {
  const auto buffer = asio::buffer(bytes);
  const auto [error, count] = tls_ ? co_await asio::async_write(*tls_, buffer, as_pair)
                                   : co_await asio::async_write(socket_, buffer, as_pair);
  check(error);
  co_return Transfer{error, count};
}

void Outbound::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

bool Outbound::is_quiet() {
  char byte = 0;
  const auto got = recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

OutboundPtr OutboundStore::take(const std::string& host) {
  for (auto at = kept_.rbegin(); at != kept_.rend();) {
    if (at->host != host) {
      ++at;
      continue;
    }
    auto connection = std::move(at->connection);
    at = std::reverse_iterator(kept_.erase(std::next(at).base()));
    if (connection->is_quiet()) return connection;
  }
  return nullptr;
}

void OutboundStore::put(const std::string& host, OutboundPtr connection) {
  const auto same_host = [&](const Kept& kept) { return kept.host == host; };
  if (std::ranges::count_if(kept_, same_host) >= static_cast<std::ptrdiff_t>(bounds_.per_host)) {
    const auto oldest = std::ranges::find_if(kept_, same_host);
    if (oldest == kept_.end()) return;  // none may be kept
    kept_.erase(oldest);
  }
  if (kept_.size() >= bounds_.all) {
    if (kept_.empty()) return;
    kept_.pop_front();
  }
  const bool first = kept_.empty();
  kept_.push_back(
      {host, std::move(connection), std::chrono::steady_clock::now() + bounds_.idle_time});
  if (first) close_old();
}

void OutboundStore::close_old() {
  const auto now = std::chrono::steady_clock::now();
  while (!kept_.empty() && kept_.front().until <= now) kept_.pop_front();
  if (kept_.empty()) return;
  timer_.expires_at(kept_.front().until);
  timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
    const auto self = weak.lock();
    if (!cancelled && self) self->close_old();
  });
}

void OutboundStore::clear() {
  kept_.clear();
  timer_.cancel();
}

}  // namespace cloudvno::http_io
