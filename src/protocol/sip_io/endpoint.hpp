// A SIP user agent on its sockets: UDP, TCP and TLS (RFC 3261 section 18).
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "platform/net/event.hpp"
#include "platform/net/resolver.hpp"
#include "platform/net/runtime.hpp"
#include "platform/net/tls.hpp"
#include "protocol/sip/user_agent.hpp"
#include "protocol/sip_io/connection.hpp"
#include "protocol/sip_io/udp_socket.hpp"

namespace cloudvno::sip {

struct ListenAt {
  std::string address = "0.0.0.0";
  std::uint16_t port = 0;  // 0: one that is free
};

struct EndpointOptions {
  std::optional<ListenAt> udp, tcp, tls;
  std::shared_ptr<const net::TlsServer> tls_server;  // with `tls`
  std::shared_ptr<const net::TlsClient> tls_client;  // null: no calls to others by TLS
  // What Via and Contact say; empty: the address that is listened at.
  std::string advertised_host;
  UserAgentOptions agent;
  // Asked before a byte of a source is looked at; none: everybody.
  std::function<bool(const boost::asio::ip::address&)> admits;
  ConnectionLimits connection;
  std::size_t max_connections = 2'000;
  std::size_t max_connections_per_address = 100;
  std::chrono::milliseconds connect_timeout{5'000};  // names, TCP and TLS together
  std::size_t max_waiting_for_names = 1'000;         // messages; beyond them they count as not sent
  Micros name_age = std::chrono::seconds(30);
};

// Life: made, start(), then calls by agent(); stop(), awaited, before it goes. Runs on one executor
// of one thread (`control`); one Asio timer serves all of the agent's deadlines.
class Endpoint final : private Wire, private ConnectionOwner {
 public:
  // `clock` and `resolver` outlive it.
  Endpoint(net::Executor executor, const Clock& clock, net::Resolver& resolver,
           EndpointOptions options, AgentHandlers handlers);
  ~Endpoint() override;

  // Opens what is listened at; fails with a detail for the operator.
  Result<> start();
  UserAgent& agent() { return agent_; }
  std::uint16_t port(Transport transport) const;
  std::size_t connections() const { return connections_.size(); }

  // Hangs up everywhere, waits for the answers at most so long, closes all.
  net::Task<> stop(std::chrono::milliseconds at_most);

 private:
  // Wire
  void send(const Peer& to, std::string_view bytes, std::uint64_t tag) override;
  void wake_at(Micros at) override;
  // ConnectionOwner
  void on_message(Connection& connection, std::string_view bytes) override;
  void on_closed(Connection& connection) override;
  void on_unsent(std::uint64_t tag) override;

  void on_timer();
  void after_turn();
  void send_datagram(const Peer& to, std::string_view bytes, std::uint64_t tag);
  net::Task<> resolve(std::string host);
  // endpoint_streams.cpp
  void send_by_stream(const Peer& to, std::string_view bytes, std::uint64_t tag);
  static std::string key_of(const Peer& peer);
  std::shared_ptr<Connection> add_connection(Peer peer, bool ours);
  net::Task<> connect(std::shared_ptr<Connection> connection);
  net::Task<> accept(boost::asio::ip::tcp::acceptor& acceptor, Transport transport);
  net::Task<> welcome_tls(TcpSocket socket, std::shared_ptr<Connection> connection);
  Result<> listen(const ListenAt& at, Transport transport);
  net::Task<> look_at_clock();

  net::Executor executor_;
  const Clock& clock_;
  net::Resolver& resolver_;
  EndpointOptions options_;
  UdpSocket udp_;
  boost::asio::ip::tcp::acceptor tcp_, tls_;
  std::unordered_map<std::uint64_t, std::shared_ptr<Connection>> connections_;
  std::unordered_map<std::string, std::uint64_t> connection_to_;  // those that we opened
  std::unordered_map<std::string, std::size_t> of_address_;       // those that came
  std::uint64_t next_connection_ = 1;

  struct Waiting {
    Peer to;
    std::string bytes;
    std::uint64_t tag;
  };
  struct Name {
    std::optional<boost::asio::ip::address> address;
    Micros until;
    bool asking = false;
    std::vector<Waiting> waiting;
  };
  std::unordered_map<std::string, Name> names_;
  std::size_t waiting_for_names_ = 0;

  boost::asio::steady_timer timer_;
  std::optional<Micros> armed_;
  bool stopping_ = false;
  net::Event idle_;
  net::TaskGroup tasks_;
  std::shared_ptr<bool> alive_;
  UserAgent agent_;
};

}  // namespace cloudvno::sip
