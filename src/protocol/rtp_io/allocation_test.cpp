// That a stream allocates nothing per packet and tick: relayed, played and listened to.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "protocol/rtp_io/stream.hpp"
#include "protocol/rtp_io/testing/fake_host.hpp"

namespace {
thread_local std::size_t allocations = 0;
}

// Of the whole test program; only counts. The thread sanitizer has its own, and only one can be.
#if !__has_feature(thread_sanitizer)
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
#endif

namespace cloudvno::rtp_io {
namespace {

struct QuietHost : StreamHost {
  std::size_t sent = 0;
  void send(int, const Address&, ByteView) override { ++sent; }
  void tell(StreamId, Event&&) override {}
};

TEST(Stream, AllocatesNothingPerPacketAndTick) {
  QuietHost host;
  Micros now = std::chrono::seconds(1'000);
  const Time wall = from_micros(1'800'000'000'000'000);
  StreamOptions options;
  options.tell_voice = true;
  Stream a({1}, {1, 2}, options, host, now), b({2}, {3, 4}, {}, host, now);
  Stream c({3}, {5, 6}, {}, host, now);
  testing::FakePeer peer{*Address::parse("192.0.2.1", 4'000)};
  Remote remote;
  remote.address = peer.address;
  remote.event_payload_type = 101;
  for (Stream* stream : {&a, &b, &c}) stream->set_remote(remote, now);
  a.bridge(b);
  c.play({1}, std::make_shared<const media::Prompt>(media::Samples(1'000, 5)), 0);
  Bytes packet = peer.packet(0, 0x80);
  std::size_t before = 0;
  for (int i = 0; i < 1'000; ++i) {
    if (i == 10) before = allocations;
    now += std::chrono::milliseconds(20);
    for (Stream* stream : {&a, &b, &c}) {
      rtp::write_header(
          {0, false, static_cast<std::uint16_t>(i), static_cast<std::uint32_t>(i * 160), 1},
          std::span<std::uint8_t, rtp::header_size>(packet.data(), 12));
      stream->receive(Port::rtp, packet, peer.address, now, now, wall);
    }
    for (Stream* stream : {&a, &b, &c}) stream->listen(now);
    for (Stream* stream : {&a, &b, &c}) stream->send(now, wall);
  }
  EXPECT_EQ(allocations, before);
  EXPECT_GT(host.sent, 2'900u);
}

}  // namespace
}  // namespace cloudvno::rtp_io
