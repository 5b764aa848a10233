// A customer's application that takes status callbacks: answers 200 and notes what they tell.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "ledger.hpp"
#include "loop.hpp"

namespace cloudvno::bench {

// Reads `To` and `MessageStatus` from the form or the query: `sent` and `delivered`, or Kannel's
// dlr types 8 (accepted by the SMSC) and 1 (delivered).
class Sink {
 public:
  Sink(Loop& loop, Ledger& ledger, std::uint16_t port);
  ~Sink();

 private:
  class Connection;

  std::vector<std::unique_ptr<Connection>> connections_;
  Listener listener_;
};

}  // namespace cloudvno::bench
