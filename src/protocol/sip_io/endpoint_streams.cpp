// The endpoint's connections: which one a message takes, opening and accepting them.
#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.hpp"
#include "platform/net/run_on.hpp"
#include "protocol/sip_io/endpoint.hpp"

namespace cloudvno::sip {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);
// After an accept that failed, as where no file descriptor is left.
constexpr auto accept_pause = std::chrono::milliseconds(100);

void prepare(TcpSocket& socket) {
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
}

net::Task<bool> shake_hands(TlsSocket& socket, TlsSocket::handshake_type side) {
  auto [fault_code] = co_await socket.async_handshake(side, as_tuple);
  co_return !fault_code;
}

// Null where there is no way there.
net::Task<std::unique_ptr<Stream>> open_stream(net::Resolver& resolver,
                                               std::shared_ptr<const net::TlsClient> tls, Peer to) {
  Result<net::Addresses> addresses = co_await resolver.resolve(to.host);
  if (!addresses) co_return nullptr;
  std::vector<tcp::endpoint> endpoints;
  for (const auto& address : *addresses) endpoints.emplace_back(address, to.port);
  TcpSocket socket(co_await asio::this_coro::executor);
  auto [fault_code, endpoint] = co_await asio::async_connect(socket, endpoints, as_tuple);
  if (fault_code) co_return nullptr;
  prepare(socket);
  if (to.transport == Transport::tcp) co_return make_stream(std::move(socket));
  auto secured = std::make_unique<TlsSocket>(std::move(socket), tls->context());
  if (!net::TlsClient::expect_host(secured->native_handle(), to.host)) co_return nullptr;
  if (!co_await shake_hands(*secured, TlsSocket::client)) co_return nullptr;
  co_return make_stream(std::move(secured));
}

}  // namespace

std::string Endpoint::key_of(const Peer& peer) {
  return fmt::format("{}|{}|{}", via_word(peer.transport), peer.host, peer.port);
}

void Endpoint::send_by_stream(const Peer& to, std::string_view bytes, std::uint64_t tag) {
  auto open = connections_.find(to.connection);
  if (open == connections_.end()) {
    // Departure: a response whose stream is gone is dropped (section 18.2.2 has it sent on a new
    // one), since elements behind a NAT cannot be reached, and others ask again.
    if (to.connection != 0 && bytes.starts_with("SIP/2.0 ")) return;
    auto known = connection_to_.find(key_of(to));
    if (known != connection_to_.end()) open = connections_.find(known->second);
  }
  if (open != connections_.end()) {
    if (!open->second->send(bytes, tag)) on_unsent(tag);
    return;
  }
  bool possible = to.transport == Transport::tcp || options_.tls_client != nullptr;
  if (!possible || stopping_ || connections_.size() >= options_.max_connections)
    return on_unsent(tag);
  auto connection = add_connection(to, true);
  connection->send(bytes, tag);
  tasks_.spawn("sip.connect", connect(connection));
}

std::shared_ptr<Connection> Endpoint::add_connection(Peer peer, bool ours) {
  std::uint64_t id = next_connection_++;
  if (ours) connection_to_[key_of(peer)] = id;
  peer.connection = id;
  ConnectionOwner& owner = *this;
  auto connection =
      std::make_shared<Connection>(owner, clock_, options_.connection, std::move(peer), ours);
  connections_.emplace(id, connection);
  if (!ours) ++of_address_[connection->peer().host];
  return connection;
}

net::Task<> Endpoint::connect(std::shared_ptr<Connection> connection) {
  auto stream = co_await net::with_deadline(
      open_stream(resolver_, options_.tls_client, connection->peer()), options_.connect_timeout);
  if (stream && *stream)
    connection->open(std::move(*stream));
  else
    connection->close();
}

Result<> Endpoint::listen(const ListenAt& at, Transport transport) {
  auto& acceptor = transport == Transport::tcp ? tcp_ : tls_;
  boost::system::error_code fault_code;
  auto address = asio::ip::make_address(at.address, fault_code);
  if (fault_code) return fault("sip: not an address to listen at: " + at.address);
  tcp::endpoint endpoint(address, at.port);
  acceptor.open(endpoint.protocol(), fault_code);
  if (!fault_code) acceptor.set_option(asio::socket_base::reuse_address(true), fault_code);
  if (!fault_code) acceptor.bind(endpoint, fault_code);
  if (!fault_code) acceptor.listen(1'024, fault_code);
  if (fault_code) return fault("sip: TCP: " + fault_code.message());
  tasks_.spawn("sip.accept", accept(acceptor, transport));
  return {};
}

net::Task<> Endpoint::accept(tcp::acceptor& acceptor, Transport transport) {
  while (true) {
    auto [fault_code, socket] = co_await acceptor.async_accept(as_tuple);
    if (fault_code == asio::error::operation_aborted || !acceptor.is_open()) co_return;
    if (fault_code) {
      log::warn("sip.accept_failed", {{"problem", fault_code.message()}});
      co_await net::sleep_for(accept_pause);
      continue;
    }
    boost::system::error_code gone;
    tcp::endpoint from = socket.remote_endpoint(gone);
    if (gone || (options_.admits && !options_.admits(from.address()))) continue;
    std::string host = from.address().to_string();
    auto of_peer = of_address_.find(host);
    std::size_t others = of_peer == of_address_.end() ? 0 : of_peer->second;
    if (stopping_ || connections_.size() >= options_.max_connections ||
        others >= options_.max_connections_per_address)
      continue;
    prepare(socket);
    auto connection = add_connection({transport, std::move(host), from.port(), 0}, false);
    if (transport == Transport::tcp)
      connection->open(make_stream(std::move(socket)));
    else
      tasks_.spawn("sip.tls", welcome_tls(std::move(socket), std::move(connection)));
  }
}

net::Task<> Endpoint::welcome_tls(TcpSocket socket, std::shared_ptr<Connection> connection) {
  auto secured = std::make_unique<TlsSocket>(std::move(socket), options_.tls_server->context());
  std::optional<bool> done = co_await net::with_deadline(shake_hands(*secured, TlsSocket::server),
                                                         options_.connect_timeout);
  if (done.value_or(false))
    connection->open(make_stream(std::move(secured)));
  else
    connection->close();
}

void Endpoint::on_message(Connection& connection, std::string_view bytes) {
  agent_.received(bytes, connection.peer());
  after_turn();
}

void Endpoint::on_closed(Connection& connection) {
  const Peer& peer = connection.peer();
  if (connection.is_ours()) {
    auto known = connection_to_.find(key_of(peer));
    if (known != connection_to_.end() && known->second == peer.connection)
      connection_to_.erase(known);
  } else if (auto of_peer = of_address_.find(peer.host); --of_peer->second == 0) {
    of_address_.erase(of_peer);
  }
  connections_.erase(peer.connection);
}

}  // namespace cloudvno::sip
