// Codes asked for and given back over keep-alive connections: each asks for one, waits until the
// SMSC has it, and gives it back; then the next.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "loop.hpp"

namespace cloudvno::bench {

struct PairsOptions {
  std::uint16_t port = 0;
  std::size_t connections = 64;
  std::string key;
  std::uint64_t first = 0;  // of the numbers, which no two runs share
};

class Pairs {
 public:
  Pairs(Loop& loop, PairsOptions options);
  ~Pairs();

  // The SMSC has a text to that number: the code is its first digits of length six.
  void received(std::string_view number, std::string_view text);
  void stop() { stopped_ = true; }
  bool is_over() const { return stopped_ && under_way_ == 0; }

  std::uint64_t approved() const { return approved_; }
  std::uint64_t refused() const { return refused_; }  // not 2xx, or `valid` false
  std::uint64_t begun() const { return next_ - options_.first; }
  const std::string& first_refusal() const { return first_refusal_; }
  // Milliseconds of one in `of` answers at least, slowest first: 100 is p99.
  static double slowest(std::vector<Moment::duration> times, std::size_t of);
  const std::vector<Moment::duration>& sends() const { return sends_; }
  const std::vector<Moment::duration>& checks() const { return checks_; }

 private:
  class Connection;

  void begin(Connection& connection);
  void answered(Connection& connection, int status, const std::string& body);

  PairsOptions options_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::unordered_map<std::string, Connection*> waiting_;  // by number
  std::vector<Moment::duration> sends_;
  std::vector<Moment::duration> checks_;
  std::string first_refusal_;
  std::uint64_t next_ = 0;
  std::uint64_t under_way_ = 0;
  std::uint64_t approved_ = 0;
  std::uint64_t refused_ = 0;
  bool stopped_ = false;
};

}  // namespace cloudvno::bench
