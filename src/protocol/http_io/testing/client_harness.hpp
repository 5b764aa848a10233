// A client with a fake resolver, and what tests of it send and are answered.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <string>

#include "platform/net/address_guard.hpp"
#include "platform/net/runtime.hpp"
#include "platform/net/tls.hpp"
#include "protocol/http_io/client.hpp"
#include "protocol/http_io/testing/fake_resolver.hpp"
#include "protocol/http_io/testing/scripted_server.hpp"

namespace cloudvno::http_io::testing {

inline const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

inline net::AddressGuard only_this_host() {
  return net::AddressGuard({*net::AddressRange::parse("127.0.0.1")});
}

// A client on a thread of its own; requests are awaited from another.
struct ClientHarness {
  explicit ClientHarness(ClientOptions options = {}, const std::string& authority = {})
      : client(io.executor(), resolver, guard, net::TlsClient::make(authority).value(), options) {}
  ~ClientHarness() {
    caller.stop();
    io.stop();
  }

  std::future<SendResult> begin(OutgoingRequest request) {
    return boost::asio::co_spawn(caller.executor(), client.send(std::move(request)),
                                 boost::asio::use_future);
  }
  SendResult send(OutgoingRequest request) { return begin(std::move(request)).get(); }
  SendResult get(const std::string& url) { return send(request_to(url)); }

  static OutgoingRequest request_to(const std::string& url) {
    OutgoingRequest request;
    request.url = http::Url::parse(url).value();
    return request;
  }

  FakeResolver resolver;
  net::AddressGuard guard = only_this_host();
  net::Loop io{"io"};
  net::Loop caller{"caller"};
  Client client;
};

inline std::string url_of(const ScriptedServer& server, const std::string& scheme = "http") {
  return scheme + "://a.example:" + std::to_string(server.port()) + "/hook?x=1";
}

inline void answer_all(Peer& peer, int) {
  while (!peer.read_request().empty()) peer.send(ok);
}

}  // namespace cloudvno::http_io::testing
