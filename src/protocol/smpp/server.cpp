// Accepting connections and asking who binds.
#include "protocol/smpp/server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/invariant.hpp"
#include "base/log.hpp"
#include "platform/net/run_on.hpp"

namespace cloudvno::smpp {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);
// After an accept that failed, as where no file descriptor is left.
constexpr auto accept_pause = std::chrono::milliseconds(100);

}  // namespace

// One connection's part of the limits, given back when it goes.
class Server::Place {
 public:
  Place(std::shared_ptr<Crowd> crowd, std::string peer)
      : crowd_(std::move(crowd)), peer_(std::move(peer)) {
    ++crowd_->connections;
    ++crowd_->of_address[peer_];
  }
  Place(Place&& other) noexcept = default;
  Place& operator=(Place&&) = delete;
  ~Place() {
    if (!crowd_) return;
    --crowd_->connections;
    auto of_peer = crowd_->of_address.find(peer_);
    if (--of_peer->second == 0) crowd_->of_address.erase(of_peer);
  }

  const std::string& peer() const { return peer_; }

 private:
  std::shared_ptr<Crowd> crowd_;
  std::string peer_;
};

Server::Server(net::Executor executor, const Clock& clock, ServerOptions options,
               ServerHandlers handlers)
    : executor_(executor),
      clock_(clock),
      options_(std::move(options)),
      handlers_(std::move(handlers)),
      acceptor_(executor),
      all_ended_(executor),
      tasks_(executor, "smpp.server") {
  options_.session.bind_timeout = options_.unbound_timeout;
  invariant(handlers_.authenticate && handlers_.on_session, "a server has its handlers");
}

Result<> Server::start() {
  boost::system::error_code fault;
  tcp::endpoint endpoint(asio::ip::make_address(options_.address, fault), options_.port);
  if (!fault) acceptor_.open(endpoint.protocol(), fault);
  if (!fault) acceptor_.set_option(tcp::acceptor::reuse_address(true), fault);
  if (!fault) acceptor_.bind(endpoint, fault);
  if (!fault) acceptor_.listen(asio::socket_base::max_listen_connections, fault);
  if (!fault) local_port_ = acceptor_.local_endpoint(fault).port();
  if (fault)
    return cloudvno::fault("smpp server at " + options_.address + ":" +
                           std::to_string(options_.port) + ": " + fault.message());
  tasks_.spawn("smpp.accept", accept());
  return {};
}

net::Task<> Server::stop() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  tasks_.cancel();
  co_await tasks_.wait();
  for (const auto& session : sessions_) session->close();
  while (!sessions_.empty()) co_await all_ended_.wait();
}

net::Task<> Server::accept() {
  while (true) {
    auto [fault, socket] = co_await acceptor_.async_accept(as_tuple);
    if (fault == asio::error::operation_aborted || !acceptor_.is_open()) co_return;
    if (fault) {
      log::warn("smpp.accept_failed", {{"problem", fault.message()}});
      co_await net::sleep_for(accept_pause);
      continue;
    }
    welcome(std::move(socket));
  }
}

void Server::welcome(Socket socket) {
  boost::system::error_code fault;
  std::string peer = socket.remote_endpoint(fault).address().to_string();
  if (fault) return;
  auto of_peer = crowd_->of_address.find(peer);
  std::size_t connections = of_peer == crowd_->of_address.end() ? 0 : of_peer->second;
  if (crowd_->connections >= options_.max_connections ||
      connections >= options_.max_connections_per_address)
    return;  // which closes it
  prepare_socket(socket);
  Place place(crowd_, std::move(peer));
  if (options_.tls == nullptr)
    begin(make_transport(std::move(socket)), std::move(place));
  else
    tasks_.spawn("smpp.tls", shake_hands(std::move(socket), std::move(place)));
}

net::Task<> Server::shake_hands(Socket socket, Place place) {
  auto stream = std::make_unique<TlsStream>(std::move(socket), *options_.tls);
  if (SSL_set_min_proto_version(stream->native_handle(), TLS1_3_VERSION) != 1) co_return;
  auto handshake = [](TlsStream& on) -> net::Task<bool> {
    auto [fault] = co_await on.async_handshake(TlsStream::server, as_tuple);
    co_return !fault;
  };
  std::optional<bool> done =
      co_await net::with_deadline(handshake(*stream), options_.unbound_timeout);
  if (done.value_or(false)) begin(make_transport(std::move(stream)), std::move(place));
}

void Server::begin(std::unique_ptr<Transport> transport, Place place) {
  auto session = std::make_shared<Session>(executor_, std::move(transport), Role::smsc,
                                           options_.session, clock_);
  std::weak_ptr<Session> weak = session;  // else the session would hold itself
  session->set_on_bind([this, weak, peer = place.peer()](const Bind& bind) {
    if (auto asked = weak.lock()) ask(asked, peer, bind);
  });
  session->set_on_ended([this, weak, place = std::move(place)] {
    sessions_.erase(weak.lock());
    if (sessions_.empty()) all_ended_.set();
  });
  sessions_.insert(session);
  session->start();
}

void Server::ask(const std::shared_ptr<Session>& session, const std::string& peer,
                 const Bind& bind) {
  BindAnswer answer = [this, weak = std::weak_ptr(session), bind](CommandStatus status) {
    auto asked = weak.lock();
    if (!asked || asked->state() != SessionState::open) return;
    asked->answer_bind(status, options_.system_id);
    if (asked->state() == SessionState::bound) handlers_.on_session(asked, bind);
  };
  handlers_.authenticate(bind, peer, std::move(answer));
}

}  // namespace cloudvno::smpp
