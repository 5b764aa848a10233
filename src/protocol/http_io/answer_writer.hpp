// An answer on its way into a socket that takes some bytes now and some later.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>

#include "platform/net/tls_session.hpp"

namespace cloudvno::http_io {

// With the context's own executor type, which spares each operation a type-erased call.
using Socket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

// The bytes of one answer at a time; its buffers are used again for the next. Never waits itself.
class AnswerWriter {
 public:
  enum class Result { sent, full, failed };  // full: again when the socket takes more

  // For the head and small bodies; empty at first and after reset().
  std::string& head() { return head_; }
  // A large body, which goes out behind head() without being copied.
  void set_body(std::string body) { body_ = std::move(body); }
  std::size_t body_size() const { return body_.size(); }

  // Sends as much as the socket takes, through `tls` if there is one, with what TLS has to say of
  // itself before it.
  Result flush(Socket& socket, net::TlsSession* tls);
  void reset(net::TlsSession* tls);

 private:
  Result flush_plain(Socket& socket);
  Result flush_encrypted(Socket& socket, net::TlsSession& tls);

  std::string head_;
  std::string body_;
  std::size_t sent_ = 0;         // of both; with TLS: given to the session
  std::size_t cipher_sent_ = 0;  // of the session's output
};

}  // namespace cloudvno::http_io
