// Fuzzes two bridged streams with datagrams from several sources, both of them listened to.
#include "base/invariant.hpp"
#include "protocol/rtp_io/stream.hpp"

namespace {

using namespace cloudvno;
using namespace cloudvno::rtp_io;

struct Host : StreamHost {
  void send(int, const Address& to, ByteView bytes) override {
    invariant(to.is_set() && bytes.size() <= 1'200, "what is sent has an end and a bound");
    invariant(rtp::is_rtcp(bytes) || rtp::parse_packet(bytes).has_value(), "and is RTP");
  }
  void tell(StreamId, Event&& event) override {
    if (const auto* chunk = std::get_if<RecordingChunk>(&event))
      invariant(chunk->samples.size() <= 8'000, "a chunk is bounded");
  }
};

}  // namespace

// Pieces: a byte that says to which stream, port and from which source; a byte of length; the rest.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Host host;
  Micros now = std::chrono::seconds(10);
  const Time wall = from_micros(1'800'000'000'000'000);
  StreamOptions options;
  options.in_band_digits = true;
  Stream a({1}, {1, 2}, options, host, now), b({2}, {3, 4}, options, host, now);
  Remote remote;
  remote.address = *Address::parse("192.0.2.1", 4'000);
  b.set_remote(remote, now);
  remote.event_payload_type = 101;
  remote.law = media::Law::a;
  remote.packet_ms = 30;
  a.set_remote(remote, now);
  a.bridge(b);
  RecordingOptions recording;
  recording.channels = 2;
  recording.finish_digits = "#";
  a.start_recording({1}, recording);
  while (size >= 2) {
    const std::uint8_t what = data[0];
    const std::size_t length = std::min<std::size_t>(data[1], size - 2);
    Bytes bytes(data + 2, data + 2 + length);
    data += 2 + length;
    size -= 2 + length;
    Stream& stream = (what & 1) != 0 ? a : b;
    const Address from = remote.address.with_port((what & 2) != 0 ? 4'000 : 4'001);
    stream.receive((what & 12) == 12 ? Port::rtcp : Port::rtp, bytes, from, now, now, wall);
    if ((what & 16) == 0) continue;
    now += (what & 96) == 96 ? Micros(3'000'000) : Micros(20'000);
    a.listen(now);
    b.listen(now);
    a.send(now, wall);
    b.send(now, wall);
  }
  b.close(now, wall);
  a.close(now, wall);
  return 0;
}
