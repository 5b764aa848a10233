// Accepting, sweeping, and shutting down of one thread.
#include "protocol/http_io/worker.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <future>

#include "base/log.hpp"
#include "protocol/http/print.hpp"
#include "protocol/http_io/connection.hpp"

namespace cloudvno::http_io {
namespace asio = boost::asio;

namespace {

constexpr auto pause_without_descriptors = std::chrono::milliseconds(100);
constexpr auto admit_step = std::chrono::milliseconds(2);
constexpr auto pause_step = std::chrono::milliseconds(5);
constexpr auto sweep_while_draining = std::chrono::milliseconds(50);

}  // namespace

ServerMetrics::ServerMetrics()
    : connections(metrics::gauge("cloudvno_http_connections", "HTTP connections open")),
      accepted(metrics::counter("cloudvno_http_accepted_total", "HTTP connections accepted")),
      turned_away(metrics::counter("cloudvno_http_turned_away_total",
                                   "HTTP connections closed because too many were open")),
      requests(metrics::counter("cloudvno_http_requests_total", "HTTP requests handled")),
      refused(metrics::counter("cloudvno_http_refused_total",
                               "HTTP requests refused before they were handled")),
      timeouts(metrics::counter("cloudvno_http_timeouts_total",
                                "HTTP connections closed by a deadline, idle ones left out")),
      tls_failures(metrics::counter("cloudvno_http_tls_failures_total",
                                    "TLS handshakes that failed on HTTP listeners")),
      seconds(metrics::histogram("cloudvno_http_request_seconds",
                                 "Time from a request's last byte to its answer's first")) {}

Worker::Worker(ServerState& state, std::shared_ptr<const net::TlsServer> tls,
               const std::string& name)
    : state_(state),
      tls_(std::move(tls)),
      loop_(name),
      sweeper_(loop_.context()),
      admitter_(loop_.context()),
      resumer_(loop_.context()) {
  answers_ = std::make_shared<JobQueue>(loop_.executor(), [](JobPtr job) {
    if (const auto connection = job->connection.lock()) connection->answer(job);
  });
}

Worker::~Worker() {
  stop();
}

void Worker::listen(int descriptor, bool ipv6, bool tls) {
  auto listener = std::make_unique<Listener>(
      Listener{Acceptor(loop_.context()), asio::steady_timer(loop_.context()), {}, tls});
  listener->acceptor.assign(ipv6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4(), descriptor);
  listeners_.push_back(std::move(listener));
}

void Worker::start() {
  asio::post(loop_.context(), [this] {
    for (auto& listener : listeners_) accept(*listener);
    sweep();
  });
}

void Worker::accept(Listener& listener) {
  listener.acceptor.async_accept(
      loop_.context(), listener.peer,
      [this, &listener](const boost::system::error_code& error, Socket socket) {
        accepted(listener, error, std::move(socket));
      });
}

void Worker::accepted(Listener& listener, const boost::system::error_code& error, Socket socket) {
  // One that was accepted while the sockets were being closed is served all the same.
  if (!error) welcome(listener, std::move(socket));
  if (!listener.acceptor.is_open()) return;
  if (error == asio::error::no_descriptors || error == asio::error::no_buffer_space ||
      error == asio::error::no_memory) {
    log::warn("http.accept_paused", {{"cause", error.message()}});
    listener.pause.expires_after(pause_without_descriptors);
    listener.pause.async_wait([this, &listener](const boost::system::error_code& cancelled) {
      if (!cancelled && listener.acceptor.is_open()) accept(listener);
    });
    return;
  }
  accept(listener);
}

void Worker::welcome(Listener& listener, Socket socket) {
  state_.metrics.accepted.add();
  if (state_.connections.fetch_add(1) >= state_.limits.connections) {
    --state_.connections;
    turn_away(socket, listener.tls);
    return;
  }
  state_.metrics.connections.add(1);
  auto address = listener.peer.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  const auto connection = std::make_shared<Connection>(
      *this, std::move(socket), listener.tls ? tls_ : nullptr, address.to_string());
  connections_.insert(connection);
  connection->start();
}

// Connections that the kernel has taken for us are ours: closing the last descriptor of the socket
// would reset them. Bounded, for as many may come as we accept.
void Worker::accept_the_rest(Listener& listener) {
  boost::system::error_code error;
  listener.acceptor.non_blocking(true, error);
  for (int i = 0; i < SOMAXCONN; ++i) {
    Socket socket(loop_.context());
    listener.acceptor.accept(socket, listener.peer, error);
    if (error) return;
    welcome(listener, std::move(socket));
  }
}

void Worker::turn_away(Socket& socket, bool tls) {
  state_.metrics.turned_away.add();
  boost::system::error_code ignored;
  if (!tls) {
    const auto response = state_.refuse(503, "There are too many connections.");
    std::string out;
    http::append_response_head(out, response, {date(), false, false});
    out += response.body;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(out), ignored);
    socket.shutdown(Socket::shutdown_send, ignored);
  }
  socket.close(ignored);
}

void Worker::forget(const std::shared_ptr<Connection>& connection) {
  if (connections_.erase(connection) == 0) return;
  state_.metrics.connections.add(-1);
  if (--state_.connections == 0 && state_.draining) state_.on_empty();
}

void Worker::submit(JobPtr job) {
  ready_.push_back(std::move(job));
  if (ready_.size() > 1) return;
  // Runs behind the sockets that the last poll found readable.
  asio::post(loop_.context(), [this] { state_.pool->submit(ready_); });
}

bool Worker::let_wait(std::shared_ptr<Connection> connection) {
  if (waiting_.size() >= state_.limits.waiting) return false;
  waiting_.push_back(std::move(connection));
  if (waiting_.size() == 1) admit_waiting();
  return true;
}

// Looks again and again, for nobody tells when there is room.
void Worker::admit_waiting() {
  const auto now = std::chrono::steady_clock::now();
  while (!waiting_.empty() && waiting_.front()->decide(now)) waiting_.pop_front();
  if (waiting_.empty()) return;
  admitter_.expires_after(admit_step);
  admitter_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) admit_waiting();
  });
}

void Worker::resume_later(std::shared_ptr<Connection> connection) {
  const auto now = std::chrono::steady_clock::now();
  paused_.push_back({now + state_.limits.pause_time, std::move(connection)});
  if (paused_.size() == 1) resume_paused();
}

void Worker::resume_paused() {
  const auto now = std::chrono::steady_clock::now();
  while (!paused_.empty() && paused_.front().until <= now) {
    const auto connection = std::move(paused_.front().connection);
    paused_.pop_front();
    connection->resume();
  }
  if (paused_.empty()) return;
  resumer_.expires_at(std::max(paused_.front().until, now + pause_step));
  resumer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) resume_paused();
  });
}

std::string_view Worker::date() {
  const std::int64_t second = std::time(nullptr);
  if (second != date_second_) {
    date_second_ = second;
    date_ = http::http_date(from_micros(second * 1'000'000));
  }
  return date_;
}

void Worker::sweep() {
  const auto now = std::chrono::steady_clock::now();
  const std::vector<std::shared_ptr<Connection>> all(connections_.begin(), connections_.end());
  for (const auto& connection : all) connection->check(now);
  const auto interval = state_.limits.sweep_interval;
  sweeper_.expires_after(state_.draining ? std::min(interval, sweep_while_draining) : interval);
  sweeper_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) sweep();
  });
}

void Worker::use_certificate(std::shared_ptr<const net::TlsServer> tls) {
  asio::post(loop_.context(), [this, tls = std::move(tls)] { tls_ = tls; });
}

void Worker::drain() {
  asio::post(loop_.context(), [this] {
    for (const auto& connection : connections_) connection->drain();
    sweep();
  });
}

void Worker::stop_listening() {
  asio::post(loop_.context(), [this] {
    boost::system::error_code ignored;
    for (auto& listener : listeners_) {
      if (!listener->acceptor.is_open()) continue;
      accept_the_rest(*listener);
      listener->acceptor.close(ignored);
    }
    if (--state_.listening == 0) state_.on_empty();
  });
}

void Worker::close_all() {
  boost::system::error_code ignored;
  for (auto& listener : listeners_) listener->acceptor.close(ignored);
  sweeper_.cancel();
  resumer_.cancel();
  paused_.clear();
  admitter_.cancel();
  waiting_.clear();
  answers_->close();
  const std::vector<std::shared_ptr<Connection>> all(connections_.begin(), connections_.end());
  for (const auto& connection : all) connection->close();
}

void Worker::stop() {
  if (std::exchange(stopped_, true)) return;
  std::promise<void> closed;
  asio::post(loop_.context(), [&] {
    close_all();
    closed.set_value();
  });
  closed.get_future().wait();
  loop_.stop();
}

}  // namespace cloudvno::http_io
