// Bounds how many requests are under way, in all and to one host.
#pragma once

#include <chrono>
#include <list>
#include <map>
#include <string>

#include "platform/net/event.hpp"
#include "platform/net/task.hpp"

namespace cloudvno::http_io {

// Who comes when there is no room waits in line; a host that is full does not hold up those who
// wait for others. Lives on one executor.
class Admission {
 public:
  struct Bounds {
    std::size_t all;
    std::size_t per_host;
    std::size_t waiting;
  };

  Admission(net::Executor executor, Bounds bounds)
      : executor_(std::move(executor)), bounds_(bounds) {}

  // False if too many wait already, or there was no room in time. Else to be followed by leave().
  net::Task<bool> enter(const std::string& host, std::chrono::milliseconds at_most);
  void leave(const std::string& host);

 private:
  struct Waiting {
    const std::string& host;
    net::Event admitted;
    bool inside = false;
  };

  bool has_room(const std::string& host) const;
  void count(const std::string& host);

  net::Executor executor_;
  Bounds bounds_;
  std::size_t all_ = 0;
  std::map<std::string, std::size_t> hosts_;
  std::list<Waiting*> waiting_;
};

}  // namespace cloudvno::http_io
