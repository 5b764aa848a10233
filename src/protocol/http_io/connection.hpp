// One accepted connection: reads requests, has them handled one by one, writes the answers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "platform/net/tls_session.hpp"
#include "protocol/http/request_parser.hpp"
#include "protocol/http_io/worker.hpp"

namespace cloudvno::http_io {

// handshake -> reading -> [waiting ->] running -> writing -> reading … -> lingering -> closed
//
// While a request waits or runs and its answer is written nothing is read, so a client that sends
// many requests ahead is held back by TCP. A connection has one deadline at a time, looked at by
// the worker's sweep. Lives on the worker's thread; owned by the worker and by the socket's
// operations.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // `tls` is null for a plain connection.
  Connection(Worker& worker, Socket socket, std::shared_ptr<const net::TlsServer> tls,
             std::string peer);

  void start();
  // The handler has answered.
  void answer(const JobPtr& job);
  // Tries again to have the waiting request handled, or refuses it if it has waited for too long;
  // false where it waits on.
  bool decide(Worker::Deadline now);
  // Reads on after a pause.
  void resume();
  // Closes it if its deadline has passed, with an answer where one can be given.
  void check(Worker::Deadline now);
  // It closes after its next answer; between requests, little time is left for the next.
  void drain();
  void close();

 private:
  enum class Phase : std::uint8_t {
    handshake,
    reading,
    waiting,
    running,
    writing,
    lingering,
    closed
  };

  void read();
  void received(const boost::system::error_code& error, std::size_t bytes);
  void shake_hands();
  void pump();
  void parse(std::string_view data);
  void send_continue();
  void run();
  bool try_to_run();
  void refuse_for_now();
  void refuse(int status, std::string_view reason);
  void respond(http::Response response, bool keep_alive);
  void wait_to_write();
  bool flush();
  void written();
  void linger();
  net::TlsSession* tls() { return tls_ ? &*tls_ : nullptr; }
  void set_deadline(std::chrono::milliseconds from_now);
  bool is_idle() const { return phase_ == Phase::reading && !in_head_ && !in_body_; }
  bool has_unread_bytes();

  Worker& worker_;
  ServerState& state_;
  Socket socket_;
  std::optional<net::TlsSession> tls_;
  http::RequestParser parser_;
  JobPtr job_;
  std::string peer_;
  std::string pending_;  // received and not yet parsed: an unfinished line, or what comes next
  AnswerWriter writer_;
  Worker::Deadline deadline_;
  Worker::Deadline started_;  // of the request that runs
  Phase phase_ = Phase::handshake;
  bool first_ = true;     // no head has been read yet
  bool in_head_ = false;  // some bytes of a head have come
  bool in_body_ = false;
  bool keep_alive_ = true;  // after the answer
  bool to_head_ = false;    // the request was HEAD
  bool http_1_0_ = false;
  bool reading_ = false;  // a read is under way
  bool pauses_ = false;   // a request was just refused for want of room: the next is read later
  std::array<char, 4096> buffer_;
};

}  // namespace cloudvno::http_io
