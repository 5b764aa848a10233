// Requests to send messages, over keep-alive connections: as fast as answers come (closed loop) or
// at a fixed rate (open loop).
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger.hpp"
#include "loop.hpp"

namespace cloudvno::bench {

struct LoadOptions {
  std::uint16_t port = 0;
  std::size_t connections = 16;
  // The whole request. {from} and {to} in it are replaced by digits; its Content-Length, if any,
  // counts these already.
  std::string request;
  std::vector<std::string> senders;  // digits, all of one length, used in turns
  double rate = 0;                   // requests a second; 0: closed loop
  // Closed loop: no more requests while so many messages are under way, so that the queue between
  // accepting and delivering stays bounded and the end of a run does not measure its drain alone.
  std::size_t most_in_flight = 2000;
};

class Load {
 public:
  Load(Loop& loop, Ledger& ledger, LoadOptions options);
  ~Load();

  // Sends what is due; answers when to be called again at the latest.
  std::optional<Moment> tick(Moment now);
  void stop() { stopped_ = true; }
  const std::string& first_refusal() const { return first_refusal_; }  // for the operator
  // Of 99 of 100 refusals, from asking to the answer.
  double refusal_p99_ms() const;

 private:
  class Connection;

  void ask(Connection& connection, Moment due);

  Ledger& ledger_;
  LoadOptions options_;
  std::vector<std::string> pieces_;  // the request, cut at {from} and {to}
  std::vector<bool> piece_ends_with_sender_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::deque<Connection*> idle_;    // in turns: a server closes what says nothing for long
  std::optional<Moment> next_due_;  // open loop, from the first tick on
  std::chrono::nanoseconds interval_{0};
  std::size_t asked_ = 0;
  std::string number_;
  std::string text_;
  std::string first_refusal_;
  std::vector<Moment::duration> refusals_;
  bool stopped_ = false;
};

}  // namespace cloudvno::bench
