// Binding, the worker threads, and their end.
#include "protocol/http_io/server.hpp"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <cstring>

#include "base/invariant.hpp"
#include "base/log.hpp"
#include "platform/net/event.hpp"
#include "platform/net/tls.hpp"
#include "protocol/http_io/worker.hpp"

namespace cloudvno::http_io {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

// A bound and listening socket; the answer is its descriptor.
Result<int> open_listener(const tcp::endpoint& endpoint, bool share_port) {
  const bool ipv6 = endpoint.address().is_v6();
  const int descriptor =
      socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const auto failed = [&](const char* what) {
    const int cause = errno;
    if (descriptor >= 0) close(descriptor);
    return fault(std::string(what) + " " + endpoint.address().to_string() + " port " +
                 std::to_string(endpoint.port()) + ": " + std::strerror(cause));
  };
  if (descriptor < 0) return failed("cannot open a socket for");
  const int on = 1;
  const int off = 0;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (ipv6) setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  // Accepted sockets have it from here.
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (share_port && setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0)
    return failed("cannot share");
  if (bind(descriptor, endpoint.data(), static_cast<socklen_t>(endpoint.size())) != 0)
    return failed("cannot listen on");
  return descriptor;
}

std::uint16_t port_of(int descriptor) {
  tcp::endpoint endpoint;
  auto size = static_cast<socklen_t>(endpoint.capacity());
  getsockname(descriptor, endpoint.data(), &size);
  return endpoint.port();
}

}  // namespace

class Server::Impl {
 public:
  Impl(ServerOptions options, net::Executor home, Handler handler)
      : options_(std::move(options)),
        home_(std::move(home)),
        emptied_(std::make_shared<net::Event>(home_)) {
    state_.limits = options_.limits;
    state_.parser_limits = {options_.limits.head_bytes, options_.limits.header_fields,
                            options_.limits.body_bytes};
    state_.refuse = options_.refuse;
    state_.admit = options_.admit;
    state_.pool =
        HandlerPool::make(home_, std::move(handler), options_.refuse, options_.limits.running);
    state_.on_empty = [home = home_, emptied = emptied_] {
      asio::post(home, [emptied] { emptied->set(); });
    };
  }

  Result<> start() {
    const int threads = std::max(1, options_.threads);
    for (int i = 0; i < threads; ++i)
      workers_.push_back(
          std::make_unique<Worker>(state_, options_.tls, "http-" + std::to_string(i + 1)));
    for (const auto& endpoint : options_.endpoints) TRY(listen(endpoint));
    state_.listening = workers_.size();
    for (auto& worker : workers_) worker->start();
    return {};
  }

  const std::vector<std::uint16_t>& ports() const { return ports_; }
  const std::vector<std::vector<int>>& sockets() const { return sockets_; }
  std::size_t connections() const { return state_.connections; }

  net::Task<bool> drain(std::chrono::milliseconds at_most) {
    const auto deadline = std::chrono::steady_clock::now() + at_most;
    state_.draining = true;
    for (auto& worker : workers_) worker->drain();
    if (state_.connections > 0) {
      co_await emptied_->wait_for(std::min(at_most, state_.limits.drain_idle_time));
    }
    for (auto& worker : workers_) worker->stop_listening();
    while (state_.connections > 0 || state_.listening > 0) {
      const auto left = deadline - std::chrono::steady_clock::now();
      if (!co_await emptied_->wait_for(left)) co_return state_.connections == 0;
    }
    co_return true;
  }

  void use_certificate(const std::shared_ptr<const net::TlsServer>& tls) {
    for (auto& worker : workers_) worker->use_certificate(tls);
  }

  void stop() {
    for (auto& worker : workers_) worker->stop();
    state_.pool->close();
  }

 private:
  // Each thread has one of the sockets, or several where there are more of them than threads: a
  // socket without a thread would keep its connections waiting for ever.
  Result<> take_over(const Endpoint& given) {
    auto sockets = given.sockets;
    while (sockets.size() < workers_.size()) {
      const int again =
          fcntl(given.sockets[sockets.size() % given.sockets.size()], F_DUPFD_CLOEXEC, 0);
      if (again < 0) return fault(std::string("cannot share a socket: ") + std::strerror(errno));
      sockets.push_back(again);
    }
    for (std::size_t i = 0; i < sockets.size(); ++i) {
      const int on = 1;
      setsockopt(sockets[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      if (::listen(sockets[i], SOMAXCONN) != 0)
        return fault(std::string("cannot listen on an inherited socket: ") + std::strerror(errno));
      int family = AF_INET;
      socklen_t size = sizeof family;
      getsockopt(sockets[i], SOL_SOCKET, SO_DOMAIN, &family, &size);
      workers_[i % workers_.size()]->listen(sockets[i], family == AF_INET6, given.tls);
    }
    ports_.push_back(port_of(sockets.front()));
    sockets_.push_back(std::move(sockets));
    log::info("http.listening_on_inherited", {{"port", ports_.back()}, {"tls", given.tls}});
    return {};
  }

  Result<> listen(const Endpoint& wanted) {
    if (wanted.tls && !options_.tls) return fault("a TLS listener without a certificate");
    if (!wanted.sockets.empty()) return take_over(wanted);
    boost::system::error_code error;
    const auto address = asio::ip::make_address(wanted.address, error);
    if (error) return fault("not an IP address to listen on: " + wanted.address);
    tcp::endpoint endpoint(address, wanted.port);
    const bool share = workers_.size() > 1;
    if (share && endpoint.port() != 0) {
      // A shared port can be shared by a second server too, unnoticed: ask for it alone first.
      TRY_ASSIGN(const int alone, open_listener(endpoint, false));
      close(alone);
    }
    auto& sockets = sockets_.emplace_back();
    for (auto& worker : workers_) {
      TRY_ASSIGN(const int descriptor, open_listener(endpoint, share));
      // The first finds a port that is free, the others join it.
      if (endpoint.port() == 0) endpoint.port(port_of(descriptor));
      if (::listen(descriptor, SOMAXCONN) != 0) {
        close(descriptor);
        return fault("cannot listen on port " + std::to_string(endpoint.port()));
      }
      worker->listen(descriptor, address.is_v6(), wanted.tls);
      sockets.push_back(descriptor);
    }
    ports_.push_back(endpoint.port());
    log::info("http.listening",
              {{"address", wanted.address}, {"port", endpoint.port()}, {"tls", wanted.tls}});
    return {};
  }

  ServerOptions options_;
  net::Executor home_;
  std::shared_ptr<net::Event> emptied_;
  ServerState state_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::uint16_t> ports_;
  std::vector<std::vector<int>> sockets_;
};

Server::Server(ServerOptions options, net::Executor home, Handler handler)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(home), std::move(handler))) {}

Server::~Server() {
  stop();
}

Result<> Server::start() {
  return impl_->start();
}

std::vector<std::uint16_t> Server::ports() const {
  return impl_->ports();
}

const std::vector<std::vector<int>>& Server::sockets() const {
  return impl_->sockets();
}

net::Task<bool> Server::drain(std::chrono::milliseconds at_most) {
  return impl_->drain(at_most);
}

void Server::stop() {
  impl_->stop();
}

void Server::use_certificate(std::shared_ptr<const net::TlsServer> tls) {
  impl_->use_certificate(tls);
}

std::size_t Server::connections() const {
  return impl_->connections();
}

}  // namespace cloudvno::http_io
