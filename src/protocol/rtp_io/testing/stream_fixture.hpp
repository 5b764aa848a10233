// Two streams with their peers on a clock moved by hand, for tests.
#pragma once

#include <gtest/gtest.h>

#include "protocol/rtp_io/testing/fake_host.hpp"

namespace cloudvno::rtp_io::testing {

using media::Law;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Ticks move the clock by 20 ms.
struct StreamTest : ::testing::Test {
  FakeHost host;
  Micros now = seconds(1'000);
  Time wall = from_micros(1'800'000'000'000'000);
  Stream a{{1}, {10, 11}, {}, host, now};
  Stream b{{2}, {20, 21}, {}, host, now};
  FakePeer peer_a{*Address::parse("192.0.2.1", 4'000)};
  FakePeer peer_b{*Address::parse("192.0.2.2", 5'000), 2};

  Remote remote(const FakePeer& peer, Law law = Law::mu,
                std::optional<std::uint8_t> events = 101) const {
    Remote out;
    out.address = peer.address;
    out.law = law;
    out.event_payload_type = events;
    return out;
  }
  void receive(Stream& stream, const FakePeer& peer, Bytes bytes) {
    stream.receive(Port::rtp, bytes, peer.address, now, now, wall);
  }
  void tick(int times = 1) {
    for (; times != 0; --times) {
      now += milliseconds(20);
      wall += milliseconds(20);
      a.listen(now);
      b.listen(now);
      a.send(now, wall);
      b.send(now, wall);
    }
  }
  // A tick with a packet of both peers before it.
  void talk(int times, std::uint8_t fill_a, std::uint8_t fill_b) {
    for (; times != 0; --times) {
      receive(a, peer_a, peer_a.packet(0, fill_a));
      receive(b, peer_b, peer_b.packet(0, fill_b));
      tick();
    }
  }
  void start() {
    a.set_remote(remote(peer_a), now);
    b.set_remote(remote(peer_b), now);
    // The source is taken with its second packet.
    for (int i = 0; i < 2; ++i) {
      receive(a, peer_a, peer_a.packet(0, 0xff));
      receive(b, peer_b, peer_b.packet(0, 0xff));
    }
  }
};

}  // namespace cloudvno::rtp_io::testing
