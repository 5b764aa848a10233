// A stream's surroundings in tests: keeps packets and events, and plays the peer.
#pragma once

#include <string>
#include <vector>

#include "protocol/rtp_io/stream.hpp"

namespace cloudvno::rtp_io::testing {

struct SentPacket {
  int socket;
  Address to;
  Bytes bytes;
  rtp::Packet packet() const { return *rtp::parse_packet(bytes); }
};

class FakeHost : public StreamHost {
 public:
  void send(int socket, const Address& to, ByteView bytes) override {
    sent.push_back({socket, to, Bytes(bytes.begin(), bytes.end())});
  }
  void tell(StreamId, Event&& event) override { events.push_back(std::move(event)); }

  template <class T>
  std::vector<T> all() const {
    std::vector<T> found;
    for (const Event& event : events)
      if (const T* it = std::get_if<T>(&event)) found.push_back(*it);
    return found;
  }
  // RTP that left by a socket since the last call.
  std::vector<rtp::Packet> packets(int socket) {
    kept = std::move(sent);
    sent.clear();
    std::vector<rtp::Packet> found;
    for (const SentPacket& item : kept)
      if (item.socket == socket && !rtp::is_rtcp(item.bytes)) found.push_back(item.packet());
    return found;
  }

  std::vector<SentPacket> sent, kept;
  std::vector<Event> events;
};

// Sends numbered packets of one payload.
struct FakePeer {
  Address address;
  std::uint32_t ssrc = 1;
  std::uint16_t sequence = 100;
  std::uint32_t timestamp = 1'000;

  Bytes packet(std::uint8_t payload_type, std::uint8_t fill, std::size_t size = 160,
               bool marker = false) {
    Bytes bytes(rtp::header_size + size, fill);
    rtp::write_header({payload_type, marker, sequence++, timestamp, ssrc},
                      std::span<std::uint8_t, rtp::header_size>(bytes.data(), rtp::header_size));
    timestamp += static_cast<std::uint32_t>(size);
    return bytes;
  }
  Bytes event(std::uint8_t payload_type, std::uint8_t code, std::uint32_t at, bool end) {
    Bytes bytes(rtp::header_size + rtp::event_size);
    rtp::write_header({payload_type, false, sequence++, at, ssrc},
                      std::span<std::uint8_t, rtp::header_size>(bytes.data(), rtp::header_size));
    rtp::write_event({code, end, 10, 320}, std::span<std::uint8_t, rtp::event_size>(
                                               bytes.data() + rtp::header_size, rtp::event_size));
    return bytes;
  }
};

}  // namespace cloudvno::rtp_io::testing
