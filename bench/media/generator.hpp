// Phones for measurements: speaks to many ports each 20 ms from one socket, and counts what
// returns.
#pragma once

#include <netinet/in.h>

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace cloudvno::bench {

struct Heard {
  std::uint64_t sent = 0, received = 0, lost = 0;
  double gap_p999_ms = 0, gap_most_ms = 0;    // between packets of one stream
  double delay_p50_ms = 0, delay_p99_ms = 0;  // from speaking to hearing, where it is our packet
};

// One packet of 160 bytes a stream and 20 ms, spread over them. A stream is told apart by the port
// that its packets come from, or by their SSRC where all come from one.
class Generator {
 public:
  Generator();
  ~Generator();

  std::uint16_t port() const { return port_; }
  // Where each stream is spoken to. `by_ssrc`: what comes back has the SSRC that was sent.
  void start(std::vector<std::uint16_t> targets, bool by_ssrc);
  // Forgets what was counted so far: the beginning is not measured.
  void begin_measuring() { measuring_ = true; }
  Heard stop();

 private:
  struct Stream {
    bool begun = false;
    std::uint16_t next = 0;
    std::int64_t last_ns = 0;
  };
  void speak();
  void listen();
  void heard(const std::uint8_t* bytes, std::size_t size, std::uint16_t from, std::int64_t at_ns);

  int socket_ = -1;
  std::uint16_t port_ = 0;
  bool by_ssrc_ = false;
  std::vector<std::uint16_t> targets_;
  std::vector<int> stream_of_port_;
  std::vector<Stream> streams_;
  std::atomic<bool> stopping_ = false, measuring_ = false;
  Heard counts_;
  std::vector<std::int32_t> gaps_us_, delays_us_;
  std::thread speaker_, listener_;
};

}  // namespace cloudvno::bench
