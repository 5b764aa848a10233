// Opening a connection by Asio.
#include "protocol/smpp/connect.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <vector>

namespace cloudvno::smpp {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

bool set_up_tls(TlsStream& stream, const std::string& host) {
  SSL* ssl = stream.native_handle();
  boost::system::error_code not_an_address;
  asio::ip::make_address(host, not_an_address);
  // An address is no server name (RFC 6066 section 3).
  if (not_an_address && SSL_set_tlsext_host_name(ssl, host.c_str()) != 1) return false;
  if (SSL_set_min_proto_version(ssl, TLS1_3_VERSION) != 1) return false;
  boost::system::error_code fault;
  stream.set_verify_mode(asio::ssl::verify_peer, fault);
  if (!fault) stream.set_verify_callback(asio::ssl::host_name_verification(host), fault);
  return !fault;
}

Connected failure(std::string problem) {
  Connected connected;
  connected.problem = std::move(problem);
  return connected;
}

}  // namespace

net::Task<Connected> connect(net::Resolver& resolver, ConnectTarget target) {
  Result<net::Addresses> addresses = co_await resolver.resolve(target.host);
  if (!addresses) co_return failure("resolve: no address");
  std::vector<tcp::endpoint> endpoints;
  for (const auto& address : *addresses) endpoints.emplace_back(address, target.port);

  Socket socket(co_await asio::this_coro::executor);
  auto [connect_fault, endpoint] = co_await asio::async_connect(socket, endpoints, as_tuple);
  if (connect_fault) co_return failure("connect: " + connect_fault.message());
  prepare_socket(socket);
  Connected connected;
  if (target.tls == nullptr) {
    connected.transport = make_transport(std::move(socket));
    co_return connected;
  }
  auto stream = std::make_unique<TlsStream>(std::move(socket), *target.tls);
  if (!set_up_tls(*stream, target.host)) co_return failure("tls: not a name to verify");
  auto [tls_fault] = co_await stream->async_handshake(TlsStream::client, as_tuple);
  if (tls_fault) co_return failure("tls: " + tls_fault.message());
  connected.transport = make_transport(std::move(stream));
  co_return connected;
}

}  // namespace cloudvno::smpp
