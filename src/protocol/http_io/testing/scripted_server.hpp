// A server that does to its clients what a test tells it to, plain or over TLS.
#pragma once

#include <openssl/types.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "platform/net/tls.hpp"

namespace cloudvno::http_io::testing {

// One accepted connection; blocking, every wait at most ten seconds.
class Peer {
 public:
  Peer(int socket, SSL* ssl) : socket_(socket), ssl_(ssl) {}
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  std::string read_request();  // head and body by Content-Length; "" at the end
  std::string read_some();
  bool send(std::string_view bytes);  // false when the client is gone
  void wait_for_end();                // until the client closes
  void reset();                       // closes without a goodbye

 private:
  int socket_;
  SSL* ssl_;
};

// Runs the script on each connection, several at once, with the connection's number. Ends when all
// its clients have.
class ScriptedServer {
 public:
  using Script = std::function<void(Peer&, int number)>;
  struct Options {
    net::CertificatePaths certificate;  // empty: plain
    int most_tls_version = 0;
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;
  };

  explicit ScriptedServer(Script script) : ScriptedServer(std::move(script), Options()) {}
  ScriptedServer(Script script, Options options);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::uint16_t port() const { return port_; }
  int accepted() const { return accepted_; }

 private:
  void accept_all();
  void serve(int connection, int number);

  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
  int socket_ = -1;
  std::uint16_t port_ = 0;
  Script script_;
  std::atomic<int> accepted_ = 0;
  std::vector<std::thread> connections_;
  std::thread thread_;
};

}  // namespace cloudvno::http_io::testing
