// One system call for head and body together, whichever way they go.
#include "protocol/http_io/answer_writer.hpp"

#include <array>
#include <boost/asio/buffer.hpp>

namespace cloudvno::http_io {
namespace asio = boost::asio;

namespace {

constexpr std::size_t encrypt_ahead = 64 * 1024;  // plain bytes given to TLS before they are sent
constexpr std::size_t kept_capacity = 32 * 1024;  // of buffers, between answers

void clear(std::string& buffer) {
  if (buffer.capacity() > kept_capacity) {
    std::string().swap(buffer);
  } else {
    buffer.clear();
  }
}

}  // namespace

AnswerWriter::Result AnswerWriter::flush(Socket& socket, net::TlsSession* tls) {
  return tls ? flush_encrypted(socket, *tls) : flush_plain(socket);
}

AnswerWriter::Result AnswerWriter::flush_plain(Socket& socket) {
  const std::size_t total = head_.size() + body_.size();
  while (sent_ < total) {
    const std::size_t head_sent = std::min(sent_, head_.size());
    const std::array<asio::const_buffer, 2> buffers = {asio::buffer(head_) + head_sent,
                                                       asio::buffer(body_) + (sent_ - head_sent)};
    boost::system::error_code error;
    sent_ +=
        body_.empty() ? socket.write_some(buffers[0], error) : socket.write_some(buffers, error);
    if (error == asio::error::would_block) return Result::full;
    if (error) return Result::failed;
  }
  return Result::sent;
}

AnswerWriter::Result AnswerWriter::flush_encrypted(Socket& socket, net::TlsSession& tls) {
  auto& output = tls.output();
  for (;;) {
    while (cipher_sent_ < output.size()) {
      boost::system::error_code error;
      cipher_sent_ += socket.write_some(asio::buffer(output) + cipher_sent_, error);
      if (error == asio::error::would_block) return Result::full;
      if (error) return Result::failed;
    }
    output.clear();
    cipher_sent_ = 0;
    const bool in_head = sent_ < head_.size();
    const std::string_view rest = in_head ? std::string_view(head_).substr(sent_)
                                          : std::string_view(body_).substr(sent_ - head_.size());
    if (rest.empty()) return Result::sent;
    const auto piece = rest.substr(0, encrypt_ahead);
    if (tls.write(piece) != net::TlsSession::Status::ok) return Result::failed;
    sent_ += piece.size();
  }
}

void AnswerWriter::reset(net::TlsSession* tls) {
  clear(head_);
  std::string().swap(body_);
  sent_ = 0;
  if (tls && cipher_sent_ == tls->output().size()) {
    clear(tls->output());
    cipher_sent_ = 0;
  }
}

}  // namespace cloudvno::http_io
