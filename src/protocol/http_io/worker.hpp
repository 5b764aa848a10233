// One thread of the server: its acceptors, its connections and their deadlines.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/metrics.hpp"
#include "platform/net/runtime.hpp"
#include "protocol/http/request_parser.hpp"
#include "protocol/http_io/answer_writer.hpp"
#include "protocol/http_io/handler_pool.hpp"
#include "protocol/http_io/server.hpp"

namespace cloudvno::http_io {

class Connection;

using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp,
                                                    boost::asio::io_context::executor_type>;

struct ServerMetrics {
  ServerMetrics();
  metrics::Gauge& connections;
  metrics::Counter& accepted;
  metrics::Counter& turned_away;  // for Limits::connections
  metrics::Counter& requests;
  metrics::Counter& refused;  // before the handler
  metrics::Counter& timeouts;
  metrics::Counter& tls_failures;
  metrics::Histogram& seconds;
};

// What all threads of one server share; constant but for the counts.
struct ServerState {
  Limits limits;
  http::ParserLimits parser_limits;
  Refuse refuse;
  Admit admit;
  std::shared_ptr<HandlerPool> pool;
  // While draining: the last connection is gone, or the last thread has stopped listening. Any
  // thread.
  std::function<void()> on_empty;
  std::atomic<std::size_t> connections = 0;
  std::atomic<std::size_t> listening = 0;  // threads that may accept another connection
  std::atomic<bool> draining = false;
  ServerMetrics metrics;
};

// Everything but the constructor, stop() and the destructor runs on the worker's own thread.
class Worker {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  Worker(ServerState& state, std::shared_ptr<const net::TlsServer> tls, const std::string& name);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Takes over a socket that listens, before start().
  void listen(int descriptor, bool ipv6, bool tls);
  void start();
  // Any thread.
  void use_certificate(std::shared_ptr<const net::TlsServer> tls);
  // Any thread: gives idle connections little time to bring another request.
  void drain();
  // Any thread: accepts what waits at the sockets and closes them.
  void stop_listening();
  // From another thread: closes everything, ends the thread.
  void stop();

  ServerState& state() { return state_; }
  boost::asio::io_context& context() { return loop_.context(); }
  const std::shared_ptr<JobQueue>& answers() const { return answers_; }
  // Hands the job over with all others that become ready in the same turn of the loop: waking the
  // home thread for each costs more than the request.
  void submit(JobPtr job);
  // Tries again, in the order of their coming, to have the connection's request handled; false
  // where too many wait already.
  bool let_wait(std::shared_ptr<Connection> connection);
  // Resumes the connection after Limits::pause_time.
  void resume_later(std::shared_ptr<Connection> connection);
  std::string_view date();
  std::span<char> scratch() { return scratch_; }
  void forget(const std::shared_ptr<Connection>& connection);

 private:
  struct Listener {
    Acceptor acceptor;
    boost::asio::steady_timer pause;  // after running out of descriptors
    boost::asio::ip::tcp::endpoint peer;
    bool tls;
  };

  void accept(Listener& listener);
  void accept_the_rest(Listener& listener);
  void welcome(Listener& listener, Socket socket);
  void accepted(Listener& listener, const boost::system::error_code& error, Socket socket);
  void turn_away(Socket& socket, bool tls);
  void sweep();
  void admit_waiting();
  void resume_paused();
  void close_all();

  ServerState& state_;
  std::shared_ptr<const net::TlsServer> tls_;
  net::Loop loop_;
  boost::asio::steady_timer sweeper_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::unordered_set<std::shared_ptr<Connection>> connections_;
  std::shared_ptr<JobQueue> answers_;
  std::vector<JobPtr> ready_;
  struct Paused {
    Deadline until;
    std::shared_ptr<Connection> connection;
  };
  std::deque<std::shared_ptr<Connection>> waiting_;
  boost::asio::steady_timer admitter_;
  std::deque<Paused> paused_;
  boost::asio::steady_timer resumer_;
  std::string date_;
  std::int64_t date_second_ = 0;
  bool stopped_ = false;
  std::array<char, 16 * 1024> scratch_;  // decrypted bytes on their way to a parser
};

}  // namespace cloudvno::http_io
