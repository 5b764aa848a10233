// A session machine with a script: bytes expected from it, bytes fed to it, time moved by hand.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "protocol/smpp/session_machine.hpp"

namespace cloudvno::smpp::testing {

// What happened to one request, for many to be told apart.
struct Settled {
  std::string name;
  Outcome::Kind kind;
  CommandStatus status;
  bool operator==(const Settled&) const = default;
};

// Owns the machine, plays its connection and records what it tells.
class Conversation {
 public:
  Conversation(Role role, const SessionOptions& options);

  SessionMachine& machine() { return *machine_; }
  ManualClock& clock() { return clock_; }
  Time now() const { return clock_.now(); }

  // Lets time pass, waking the machine at each of its deadlines on the way.
  void pass(Micros span);

  // Bytes or a PDU from the peer, in one piece; or byte by byte if set so.
  void feed(ByteView bytes);
  void feed(const Pdu& pdu);
  void feed_byte_by_byte() { byte_by_byte_ = true; }

  // All that the machine has to say now, taken and written; empty if it says nothing.
  std::vector<Pdu> output();
  // Takes output without the write coming to its end.
  void begin_write();
  void end_write() { machine_->output_written(now()); }

  // Sends a request that reports to `settled` under this name.
  void send(std::string name, const Body& request);

  std::vector<Settled> settled;
  std::vector<Bind> binds;
  std::vector<BindResp> bounds;
  std::vector<Pdu> requests;
  // Called on each request after it was recorded.
  std::move_only_function<void(const Pdu&)> on_request;

 private:
  ManualClock clock_;
  bool byte_by_byte_ = false;
  Bytes written_;
  std::unique_ptr<SessionMachine> machine_;
};

}  // namespace cloudvno::smpp::testing
