// The server's side of one TLS connection without a socket: bytes in, bytes out.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>

#include "platform/net/tls.hpp"

namespace cloudvno::net {

// For a server that reads and writes its sockets itself: one system call a read, one a write,
// whatever TLS does in between. (A stream around the socket costs more of both.) Used by one thread
// at a time.
//
// feed() bytes from the peer; handshake() until it is done, read() after; send what output() holds
// after each call, and clear it.
class TlsSession {
 public:
  enum class Status {
    ok,
    need_bytes,  // all that was fed is used up
    closed,      // the peer has said goodbye
    failed,      // the connection is lost; output() may hold an alert to send
  };
  struct Read {
    Status status;
    std::size_t bytes;  // with ok
  };

  explicit TlsSession(std::shared_ptr<const TlsServer> server);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  // Not copied: has to stay until read() or handshake() answers need_bytes, before which nothing
  // more may be fed.
  void feed(std::string_view from_peer) { input_ = from_peer; }

  Status handshake();
  Read read(char* into, std::size_t size);
  // Encrypts all of it into output().
  Status write(std::string_view plain);
  void say_goodbye();

  std::string& output() { return output_; }

 private:
  friend struct SessionBio;
  Status status_of(int result);

  std::shared_ptr<const TlsServer> server_;  // the connection uses it until its end
  std::string_view input_;
  std::string output_;
  SSL* ssl_;
};

}  // namespace cloudvno::net
