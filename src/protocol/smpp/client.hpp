// Keeps one bind to an SMSC alive (SMPP 3.4 section 2.2): connects, binds, and does so again.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "platform/net/event.hpp"
#include "platform/net/runtime.hpp"
#include "protocol/smpp/connect.hpp"
#include "protocol/smpp/session.hpp"

namespace cloudvno::smpp {

struct ClientOptions {
  std::string name{};  // for the log: the operator's word for this link
  ConnectTarget target{};
  Bind bind{};
  SessionOptions session{};
  Micros connect_timeout = std::chrono::seconds(10);  // name, TCP and TLS together
  Micros least_wait = std::chrono::seconds(1);        // between tries; doubles
  Micros most_wait = std::chrono::seconds(30);
};

// On the client's executor. None may throw.
struct ClientHandlers {
  // As SessionHandlers::on_request; to be answered on this session, which may be down by then.
  std::move_only_function<void(Session&, Pdu&&)> on_request;
  std::move_only_function<void(Session&)> on_up;       // bound
  std::move_only_function<void()> on_writable;         // as SessionHandlers::on_writable
  std::move_only_function<void(CloseReason)> on_down;  // once after each on_up; requests settled
};

// Runs on one executor of one thread (`control`). Before it goes away stop() is awaited, or its
// loop has ended.
class Client {
 public:
  // `clock` and `resolver` outlive the client.
  Client(net::Executor executor, const Clock& clock, net::Resolver& resolver, ClientOptions options,
         ClientHandlers handlers);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void start();  // once
  // Closes the session in order and tries no more. Ends within the session's close_timeout.
  net::Task<> stop();

  bool is_up() const { return up_; }
  Session* session() { return up_ ? session_.get() : nullptr; }
  // Why the last try or session ended, for the operator; empty while all is well.
  const std::string& problem() const { return problem_; }

 private:
  net::Task<> run();
  net::Task<> live(std::unique_ptr<Transport> transport);
  void came_up();
  void went_down(CloseReason reason);

  net::Executor executor_;
  const Clock& clock_;
  net::Resolver& resolver_;
  ClientOptions options_;
  ClientHandlers handlers_;
  std::shared_ptr<Session> session_;  // shared with the I/O under way
  bool up_ = false;
  bool stopping_ = false;
  std::string problem_;
  net::Event stop_asked_;
  net::Event session_ended_;
  net::TaskGroup tasks_;
};

}  // namespace cloudvno::smpp
