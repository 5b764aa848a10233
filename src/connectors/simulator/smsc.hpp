// The simulated network's SMSC: the network of handsets behind an SMPP 3.4 server.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "connectors/simulator/network.hpp"
#include "platform/net/event.hpp"
#include "platform/net/runtime.hpp"
#include "protocol/smpp/server.hpp"

namespace cloudvno::simulator {

struct SmscOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  std::string system_id;
  std::string password;      // at most 8 characters
  std::size_t window = 100;  // deliver_sm without an answer, on each session
};

// Takes submit_sm, answers with the part's id, then brings receipts and what handsets write by
// deliver_sm to a bound session. Answered by a temporary error, or not at all, a deliver_sm goes
// out again each second, ten times in all. Lives on the control thread.
class Smsc {
 public:
  // `clock` and `network` outlive it.
  Smsc(net::Executor control, const Clock& clock, SmscOptions options, Network& network);

  Result<> start();  // once; fails where the port cannot be had
  net::Task<> stop();
  std::uint16_t local_port() const { return server_.local_port(); }

  // After the network was given something: brings out what is due.
  void pump();
  // Called whenever time or a delivery moved the network on.
  void on_pump(std::function<void()> listener) { pumped_ = std::move(listener); }

 private:
  using SessionPtr = std::shared_ptr<smpp::Session>;  // shared with the I/O under way

  smpp::ServerOptions server_options() const;
  smpp::ServerHandlers server_handlers();
  void on_session(SessionPtr session);
  void on_request(smpp::Session& session, smpp::Pdu&& pdu);
  void on_submit(smpp::Session& session, std::uint32_t sequence, smpp::SubmitSm&& submit);
  void answer_submit(smpp::Session& session, std::uint32_t sequence, SubmitAnswer answer);
  void answer_due(Time until);
  std::optional<Time> next_deadline() const;
  smpp::Session* free_session();
  void deliver(smpp::Session& session, Delivery delivery);
  net::Task<> keep_time();

  net::Executor control_;
  const Clock& clock_;
  SmscOptions options_;
  Network& network_;
  std::vector<SessionPtr> receivers_;  // sessions that take deliver_sm
  std::size_t next_receiver_ = 0;
  struct LateAnswer {
    std::weak_ptr<smpp::Session> session;
    std::uint32_t sequence = 0;
    SubmitAnswer answer;
  };
  std::multimap<Time, LateAnswer> late_answers_;  // no more than the sessions' incoming windows
  bool pumping_ = false;
  std::function<void()> pumped_;
  std::optional<Time> sleeping_until_;
  net::Event deadline_moved_;  // before sleeping_until_
  net::TaskGroup tasks_;
  smpp::Server server_;
};

}  // namespace cloudvno::simulator
