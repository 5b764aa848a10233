// A blocking client that sends whatever bytes a test wants, plain or over TLS.
#pragma once

#include <openssl/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/http/message.hpp"

namespace cloudvno::http_io::testing {

// To 127.0.0.1. Every wait ends after ten seconds; the answer is then what had come, or nothing.
class RawClient {
 public:
  struct Options {
    bool tls = false;
    int most_tls_version = 0;  // as TLS1_2_VERSION; 0: the newest
    int receive_buffer = 0;    // bytes; 0: the system's
  };

  explicit RawClient(std::uint16_t port) : RawClient(port, Options()) {}
  RawClient(std::uint16_t port, Options options);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }  // and, with TLS, shaken hands
  void send(std::string_view bytes);             // failures are left for the reading to notice
  void finish_sending();
  // The next whole answer, by its Content-Length; nothing if the connection ended before.
  std::optional<http::Response> read_response(bool to_head = false);
  std::string read_to_end();
  std::string read_some();  // "" at the end
  // Until the server has closed or reset, without reading.
  bool wait_for_close();

 private:
  int socket_ = -1;
  bool connected_ = false;
  std::string pending_;
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
};

}  // namespace cloudvno::http_io::testing
