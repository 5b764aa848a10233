// Listens for ESMEs as an SMSC (SMPP 3.4 section 2.2), plain or under TLS 1.3.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/result.hpp"
#include "platform/net/event.hpp"
#include "platform/net/runtime.hpp"
#include "protocol/smpp/session.hpp"

namespace cloudvno::smpp {

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 2775;  // 0: any free one
  std::string system_id = "CloudVNO";
  // If set, TLS 1.3 only. Outlives the server.
  boost::asio::ssl::context* tls = nullptr;
  std::size_t max_connections = 1000;
  std::size_t max_connections_per_address = 100;
  // For the TLS handshake, and from there to the accepted bind (as session.bind_timeout).
  Micros unbound_timeout = std::chrono::seconds(5);
  SessionOptions session{};
};

// Called once with the bind's answer; ESME_ROK lets it in. May be called later, as long as
// unbound_timeout lasts, say when a password was checked; or never.
using BindAnswer = std::move_only_function<void(CommandStatus)>;

// On the server's executor. None may throw.
struct ServerHandlers {
  // `peer` is the address, without the port. Delay the answer to slow guessing down.
  std::move_only_function<void(const Bind&, const std::string& peer, BindAnswer)> authenticate;
  // An ESME is bound; nothing of it has been read yet behind the bind. Set handlers here.
  std::move_only_function<void(std::shared_ptr<Session>, const Bind&)> on_session;
};

// Runs on one executor of one thread (`control`). Before it goes away stop() is awaited, or its
// loop has ended.
class Server {
 public:
  Server(net::Executor executor, const Clock& clock, ServerOptions options,
         ServerHandlers handlers);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  Result<> start();  // once; fails where the address cannot be had
  // Accepts nothing more and closes all sessions in order, within session.close_timeout.
  net::Task<> stop();

  std::uint16_t local_port() const { return local_port_; }
  std::size_t connections() const { return crowd_->connections; }

 private:
  class Place;
  // Shared with each connection's Place, because those may outlive the server with its loop.
  struct Crowd {
    std::size_t connections = 0;
    std::map<std::string, std::size_t> of_address;
  };

  net::Task<> accept();
  void welcome(Socket socket);
  net::Task<> shake_hands(Socket socket, Place place);
  void begin(std::unique_ptr<Transport> transport, Place place);
  void ask(const std::shared_ptr<Session>& session, const std::string& peer, const Bind& bind);

  net::Executor executor_;
  const Clock& clock_;
  ServerOptions options_;
  ServerHandlers handlers_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::uint16_t local_port_ = 0;
  std::shared_ptr<Crowd> crowd_ = std::make_shared<Crowd>();
  std::set<std::shared_ptr<Session>> sessions_;  // shared with the I/O under way
  net::Event all_ended_;
  net::TaskGroup tasks_;
};

}  // namespace cloudvno::smpp
