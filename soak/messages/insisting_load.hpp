// Customers that send messages at a rate, whatever happens to the server: each asks under an
// Idempotency-Key until it has its 201.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "loop.hpp"
#include "record.hpp"

namespace cloudvno::soak {

using bench::Loop;
using bench::Moment;

struct LoadOptions {
  std::uint16_t port = 0;
  std::string key;
  std::vector<std::string> senders;  // E.164
  std::string status_callback;
  std::size_t clients = 16;
  std::size_t pairs = 256;  // of each client
  double rate = 300;        // messages a second of all clients
};

class InsistingLoad {
 public:
  InsistingLoad(Loop& loop, Record& record, LoadOptions options);
  ~InsistingLoad();

  // Sends what is due; answers when to be called again at the latest.
  std::optional<Moment> tick(Moment now);
  // Nothing new; what was asked for is insisted on.
  void stop() { stopped_ = true; }

  std::size_t under_way() const;
  boost::json::object counts() const;

 private:
  class Client;

  Loop& loop_;
  Record& record_;
  LoadOptions options_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::optional<Moment> due_;  // of the next message, from the first tick on
  std::size_t refused_ = 0;
  std::size_t cut_off_ = 0;
  std::size_t replayed_ = 0;
  std::size_t hung_ = 0;
  std::size_t wrong_ = 0;
  std::string first_wrong_;
  bool stopped_ = false;
};

}  // namespace cloudvno::soak
