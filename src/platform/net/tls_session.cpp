// TLS over an OpenSSL BIO of our own, whose other side is two strings.
#include "platform/net/tls_session.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cstring>

#include "base/invariant.hpp"

namespace cloudvno::net {

struct SessionBio {
  static TlsSession& session(BIO* bio) { return *static_cast<TlsSession*>(BIO_get_data(bio)); }

  static int read(BIO* bio, char* into, int size) {
    auto& input = session(bio).input_;
    BIO_clear_retry_flags(bio);
    if (input.empty()) {
      BIO_set_retry_read(bio);
      return -1;
    }
    const auto count = std::min(input.size(), static_cast<std::size_t>(size));
    std::memcpy(into, input.data(), count);
    input.remove_prefix(count);
    return static_cast<int>(count);
  }

  static int write(BIO* bio, const char* from, int size) {
    BIO_clear_retry_flags(bio);
    session(bio).output_.append(from, static_cast<std::size_t>(size));
    return size;
  }

  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static BIO_METHOD* method() {
    static BIO_METHOD* const made = [] {
      BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "session");
      BIO_meth_set_read(method, read);
      BIO_meth_set_write(method, write);
      BIO_meth_set_ctrl(method, control);
      return method;
    }();
    return made;
  }
};

TlsSession::TlsSession(std::shared_ptr<const TlsServer> server)
    : server_(std::move(server)), ssl_(SSL_new(server_->context().native_handle())) {
  BIO* bio = BIO_new(SessionBio::method());
  invariant(ssl_ != nullptr && bio != nullptr, "no memory for a TLS connection");
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_, bio, bio);
  SSL_set_accept_state(ssl_);
}

TlsSession::~TlsSession() {
  SSL_free(ssl_);
}

TlsSession::Status TlsSession::status_of(int result) {
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ:
      return Status::need_bytes;
    case SSL_ERROR_ZERO_RETURN:
      return Status::closed;
    default:
      return Status::failed;
  }
}

TlsSession::Status TlsSession::handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_);
  return result == 1 ? Status::ok : status_of(result);
}

TlsSession::Read TlsSession::read(char* into, std::size_t size) {
  ERR_clear_error();
  std::size_t bytes = 0;
  const int result = SSL_read_ex(ssl_, into, size, &bytes);
  if (result == 1) return {Status::ok, bytes};
  return {status_of(result), 0};
}

TlsSession::Status TlsSession::write(std::string_view plain) {
  ERR_clear_error();
  while (!plain.empty()) {
    std::size_t written = 0;
    const int result = SSL_write_ex(ssl_, plain.data(), plain.size(), &written);
    // The BIO takes everything, so nothing but a broken connection can stop a write.
    if (result != 1) return Status::failed;
    plain.remove_prefix(written);
  }
  return Status::ok;
}

void TlsSession::say_goodbye() {
  ERR_clear_error();
  if (SSL_is_init_finished(ssl_)) SSL_shutdown(ssl_);
}

}  // namespace cloudvno::net
