// A server on ports of its own with a home thread, for tests.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <stdexcept>

#include "platform/net/runtime.hpp"
#include "platform/net/testing/temporary_certificate.hpp"
#include "protocol/http_io/server.hpp"

namespace cloudvno::http_io::testing {

// Listens plain on port() and over TLS on tls_port().
class RunningServer {
 public:
  explicit RunningServer(Handler handler, Limits limits = {}, int threads = 1, Admit admit = {})
      : server_(options(limits, threads, std::move(admit)), home_.executor(), std::move(handler)) {
    const auto started = server_.start();
    if (!started) throw std::runtime_error(started.error().detail);
  }

  std::uint16_t port() const { return server_.ports()[0]; }
  std::uint16_t tls_port() const { return server_.ports()[1]; }
  net::Loop& home() { return home_; }
  Server& server() { return server_; }
  const std::string& authority() const { return certificate_.paths().certificate; }

  // Runs a task on the home thread and waits for it.
  template <class T>
  T run(net::Task<T> task) {
    return boost::asio::co_spawn(home_.executor(), std::move(task), boost::asio::use_future).get();
  }

 private:
  ServerOptions options(Limits limits, int threads, Admit admit) {
    ServerOptions made;
    made.endpoints = {{"127.0.0.1", 0, false}, {"127.0.0.1", 0, true}};
    made.threads = threads;
    made.tls = net::TlsServer::load(certificate_.paths(), "http/1.1").value();
    made.limits = limits;
    made.admit = std::move(admit);
    return made;
  }

  net::Loop home_{"home"};
  net::testing::TemporaryCertificate certificate_;
  Server server_;
};

}  // namespace cloudvno::http_io::testing
