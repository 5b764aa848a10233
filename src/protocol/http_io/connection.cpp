// The life of a connection.
#include "protocol/http_io/connection.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>

#include "base/log.hpp"
#include "protocol/http/print.hpp"
#include "protocol/http/syntax.hpp"

namespace cloudvno::http_io {
namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Status = net::TlsSession::Status;

namespace {

constexpr std::string_view continue_answer = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::size_t small_body = 16 * 1024;  // copied behind the head
constexpr std::size_t slowest_pace = 32;       // bytes a millisecond, of an answer being taken
constexpr milliseconds linger_time(2'000);

}  // namespace

Connection::Connection(Worker& worker, Socket socket, std::shared_ptr<const net::TlsServer> tls,
                       std::string peer)
    : worker_(worker),
      state_(worker.state()),
      socket_(std::move(socket)),
      parser_(state_.parser_limits),
      peer_(std::move(peer)) {
  if (tls) tls_.emplace(std::move(tls));
}

void Connection::set_deadline(milliseconds from_now) {
  deadline_ = steady_clock::now() + from_now;
}

void Connection::start() {
  boost::system::error_code error;
  socket_.non_blocking(true, error);
  job_ = std::make_shared<Job>();
  job_->connection = weak_from_this();
  job_->back = worker_.answers();
  set_deadline(state_.limits.head_time);
  if (!tls_) phase_ = Phase::reading;
  if (state_.draining) drain();
  read();
}

void Connection::close() {
  if (phase_ == Phase::closed) return;
  if (phase_ == Phase::running) state_.pool->cancel(job_);
  phase_ = Phase::closed;
  boost::system::error_code ignored;
  socket_.close(ignored);
  worker_.forget(shared_from_this());
}

// One that is refused comes again at once: each is read a while later, and then with a single call,
// because it has come meanwhile.
void Connection::read() {
  reading_ = true;
  if (std::exchange(pauses_, false) && phase_ == Phase::reading) {
    return worker_.resume_later(shared_from_this());
  }
  resume();
}

void Connection::resume() {
  if (!reading_ || phase_ == Phase::closed) return;
  socket_.async_read_some(
      asio::buffer(buffer_),
      [self = shared_from_this()](const boost::system::error_code& error, std::size_t bytes) {
        self->received(error, bytes);
      });
}

void Connection::received(const boost::system::error_code& error, std::size_t bytes) {
  reading_ = false;
  const std::string_view data(buffer_.data(), bytes);
  switch (phase_) {
    case Phase::handshake:
      if (error) return close();
      tls_->feed(data);
      return shake_hands();
    case Phase::reading:
      if (error) return close();
      if (tls_) {
        tls_->feed(data);
      } else {
        parse(data);
      }
      return pump();
    case Phase::lingering:
      return error ? close() : read();
    case Phase::waiting:
    case Phase::running:
    case Phase::writing:
    case Phase::closed:
      return;  // a deadline took the turn; lingering reads on
  }
}

void Connection::shake_hands() {
  const auto status = tls_->handshake();
  const bool flushed = flush();
  if (phase_ == Phase::closed) return;
  if (status == Status::need_bytes && flushed) return read();
  if (status != Status::ok || !flushed) {
    state_.metrics.tls_failures.add();
    return close();
  }
  phase_ = Phase::reading;
  if (state_.draining) drain();
  pump();
}

// Goes on with what has been received until a request runs, an answer waits for the client to take
// it, or more bytes are needed.
void Connection::pump() {
  while (phase_ == Phase::reading) {
    if (parser_.state() == http::RequestParser::State::complete) {
      run();
    } else if (parser_.state() == http::RequestParser::State::refused) {
      refuse(parser_.refusal().status, parser_.refusal().reason);
    } else if (!tls_) {
      return read();
    } else {
      const auto scratch = worker_.scratch();
      const auto got = tls_->read(scratch.data(), scratch.size());
      if (got.status == Status::ok) {
        parse({scratch.data(), got.bytes});
        continue;
      }
      flush();  // an answer of TLS itself, or an alert
      if (phase_ == Phase::closed) return;
      return got.status == Status::need_bytes ? read() : close();
    }
  }
}

void Connection::parse(std::string_view data) {
  if (pending_.empty()) {
    const std::size_t taken = parser_.consume(data);
    pending_.assign(data.substr(taken));
  } else {
    pending_.append(data);
    pending_.erase(0, parser_.consume(pending_));
  }
  if (parser_.state() == http::RequestParser::State::body) {
    if (!in_body_) {
      in_body_ = true;
      set_deadline(state_.limits.body_time);
      if (parser_.expects_continue()) send_continue();
    }
  } else if (!in_head_ && (parser_.begun() || !pending_.empty())) {
    in_head_ = true;
    if (!first_ || state_.draining) set_deadline(state_.limits.head_time);
  }
}

void Connection::send_continue() {
  writer_.head() = continue_answer;
  // The socket is empty here, so these few bytes fit, or the client is gone.
  if (!flush()) return close();
  writer_.reset(tls());
}

void Connection::run() {
  keep_alive_ = parser_.keep_alive();
  http_1_0_ = parser_.http_1_0();
  to_head_ = parser_.is_head();
  first_ = in_head_ = in_body_ = false;
  job_->request = parser_.take();
  job_->request.peer = peer_;
  job_->request.encrypted = tls_.has_value();
  started_ = steady_clock::now();
  if (try_to_run()) return;
  phase_ = Phase::waiting;
  deadline_ = started_ + state_.limits.waiting_time;
  if (!worker_.let_wait(shared_from_this())) refuse_for_now();
}

bool Connection::try_to_run() {
  if (state_.admit) {
    job_->place = state_.admit(job_->request);
    if (!job_->place) return false;
  }
  if (!state_.pool->admit()) {
    job_->place.reset();
    return false;
  }
  pauses_ = false;
  phase_ = Phase::running;
  deadline_ = steady_clock::now() + state_.limits.handler_time;
  worker_.submit(job_);
  return true;
}

bool Connection::decide(Worker::Deadline now) {
  if (phase_ != Phase::waiting || try_to_run()) return true;
  if (now < deadline_) return false;
  refuse_for_now();
  pump();
  return true;
}

void Connection::refuse_for_now() {
  state_.metrics.refused.add();
  pauses_ = true;
  respond(state_.refuse(503, "There are too many requests."), keep_alive_);
}

void Connection::answer(const JobPtr& job) {
  if (phase_ != Phase::running || job != job_) return;
  const std::chrono::duration<double> took = steady_clock::now() - started_;
  state_.metrics.seconds.observe(took.count());
  state_.metrics.requests.add();
  job_->place.reset();
  const bool close_asked = http::list_has(job->response.headers.value("Connection"), "close");
  respond(std::move(job->response), keep_alive_ && !close_asked);
  pump();
}

void Connection::refuse(int status, std::string_view reason) {
  state_.metrics.refused.add();
  respond(state_.refuse(status, reason), false);
}

void Connection::respond(http::Response response, bool keep_alive) {
  // Requests that a client sent ahead have been accepted too.
  keep_alive_ = keep_alive && (!state_.draining || !pending_.empty());
  if (!http::append_response_head(writer_.head(), response,
                                  {worker_.date(), keep_alive_, http_1_0_}))
    log::error("http.field_left_out", {{"status", response.status}});
  if (!to_head_ && http::may_have_body(response.status)) {
    if (response.body.size() <= small_body) {
      writer_.head() += response.body;
    } else {
      writer_.set_body(std::move(response.body));
    }
  }
  phase_ = Phase::writing;
  if (flush()) return written();
  if (phase_ == Phase::closed) return;
  set_deadline(state_.limits.write_time + milliseconds(writer_.body_size() / slowest_pace));
  wait_to_write();
}

void Connection::wait_to_write() {
  socket_.async_wait(Socket::wait_write,
                     [self = shared_from_this()](const boost::system::error_code& error) {
                       if (self->phase_ != Phase::writing) return;
                       if (error) return self->close();
                       if (self->flush()) {
                         self->written();
                         self->pump();
                       } else if (self->phase_ == Phase::writing) {
                         self->wait_to_write();
                       }
                     });
}

// True if all is sent; else the socket is full, or the connection has been closed.
bool Connection::flush() {
  const auto result = writer_.flush(socket_, tls());
  if (result == AnswerWriter::Result::failed) close();
  return result == AnswerWriter::Result::sent;
}

void Connection::written() {
  if (!keep_alive_) return linger();
  writer_.reset(tls());
  phase_ = Phase::reading;
  set_deadline(state_.limits.idle_time);
  if (!pending_.empty()) parse({});
}

// A connection closed with bytes unread is reset, and the reset can overtake the answer. So the
// sending side is closed first, and what still comes is thrown away for a while.
void Connection::linger() {
  if (tls_) {
    writer_.reset(tls());
    tls_->say_goodbye();
    flush();
    if (phase_ == Phase::closed) return;
  }
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  phase_ = Phase::lingering;
  set_deadline(linger_time);
  if (!reading_) read();
}

void Connection::check(Worker::Deadline now) {
  if (now < deadline_) return;
  switch (phase_) {
    case Phase::reading:
      // A request that has come and was not read yet would be lost; the next look sees it begun.
      if (is_idle()) return has_unread_bytes() ? void() : linger();
      state_.metrics.timeouts.add();
      return refuse(408, in_body_ ? "The body came too slowly." : "The head came too slowly.");
    case Phase::waiting:
      return;  // Worker::admit_waiting() comes sooner
    case Phase::running:
      state_.metrics.timeouts.add();
      state_.pool->cancel(std::exchange(job_, nullptr));
      return refuse(503, "The request took too long.");
    case Phase::writing: {
      // A reset, or the kernel keeps the rest of the answer for the client that does not take it.
      boost::system::error_code ignored;
      socket_.set_option(asio::socket_base::linger(true, 0), ignored);
      state_.metrics.timeouts.add();
      return close();
    }
    case Phase::handshake:
      state_.metrics.timeouts.add();
      return close();
    case Phase::lingering:
    case Phase::closed:
      return close();
  }
}

void Connection::drain() {
  if (!is_idle()) return;
  deadline_ = std::min(deadline_, steady_clock::now() + state_.limits.drain_idle_time);
}

bool Connection::has_unread_bytes() {
  char byte = 0;
  return ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

}  // namespace cloudvno::http_io
