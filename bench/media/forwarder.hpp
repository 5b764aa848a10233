// The least that forwarding costs: recvmmsg and sendmmsg of one socket, and nothing else.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

namespace cloudvno::bench {

// Sends each packet back to where it came from, up to 64 a system call, on a thread "bare". Wakes
// each 5 ms, as the media threads do.
class Forwarder {
 public:
  Forwarder();
  ~Forwarder();
  std::uint16_t port() const { return port_; }

 private:
  void run();

  int socket_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace cloudvno::bench
