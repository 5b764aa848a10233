// Fuzzes what a peer sends on a media port: RTP into statistics and jitter buffer, RTCP compounds.
#include "base/invariant.hpp"
#include "protocol/rtp/jitter_buffer.hpp"
#include "protocol/rtp/packet.hpp"
#include "protocol/rtp/reception.hpp"
#include "protocol/rtp/rtcp.hpp"

using namespace cloudvno;
using namespace cloudvno::rtp;

// Datagrams, each after a byte with its length; a length of zero is a pop.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteView rest(data, size);
  Reception reception;
  JitterBuffer buffer;
  Micros now{};
  while (!rest.empty()) {
    const std::size_t length = std::min<std::size_t>(rest[0], rest.size() - 1);
    ByteView bytes = rest.subspan(1, length);
    rest = rest.subspan(1 + length);
    now += std::chrono::milliseconds(7);
    if (bytes.empty()) {
      Frame frame;
      buffer.pop(frame);
      invariant(buffer.delay() <= std::chrono::milliseconds(600), "the delay is bounded");
      continue;
    }
    if (auto report = parse_rtcp(bytes, 1)) {
      if (report->about_us) round_trip(*report->about_us, from_micros(1'800'000'000'000'000));
      if (report->sender) reception.sender_report(*report->sender, now);
    }
    if (auto packet = parse_packet(bytes)) {
      invariant(packet->payload.size() <= bytes.size() - header_size, "the payload lies within");
      reception.receive(*packet, now);
      std::array<std::int16_t, 256> samples{};
      buffer.push(packet->ssrc, packet->timestamp,
                  std::span(samples).first(packet->payload.size()));
    }
    OutgoingReport out;
    out.block = reception.report(now);
    std::array<std::uint8_t, largest_report> written;
    invariant(parse_rtcp(write_rtcp(out, written), 1).has_value(), "what is written is read");
    invariant(reception.jitter() < std::chrono::seconds(2), "jitter is bounded");
  }
  return 0;
}
