// What a stream does with the datagrams that come.
#include "protocol/rtp/rtcp.hpp"
#include "protocol/rtp_io/stream.hpp"

namespace cloudvno::rtp_io {
namespace {

std::optional<media::Law> law_of(std::uint8_t payload_type) {
  if (payload_type == static_cast<std::uint8_t>(media::Law::mu)) return media::Law::mu;
  if (payload_type == static_cast<std::uint8_t>(media::Law::a)) return media::Law::a;
  return {};
}

constexpr std::size_t most_samples = 1'024;  // of a packet: 128 ms

}  // namespace

void Stream::receive(Port port, std::span<std::uint8_t> bytes, const Address& from, Micros arrival,
                     Micros now, Time wall) {
  // Nothing is expected before signalling named the peer.
  if (!remote_) return;
  if (port == Port::rtcp || rtp::is_rtcp(bytes)) {
    receive_rtcp(bytes, from, now, wall);
    return;
  }
  const std::optional<rtp::Packet> packet = rtp::parse_packet(bytes);
  if (!packet) {
    ++malformed_;
    return;
  }
  const bool is_event = remote_->event_payload_type == packet->payload_type;
  const std::optional<media::Law> law = law_of(packet->payload_type);
  // Comfort noise (13) and what was not negotiated.
  if (!is_event && !law) return;
  if (packet->payload.size() > most_samples) {
    ++malformed_;
    return;
  }
  if (!lock_.accept(from, *packet, now)) return;
  const rtp::Verdict verdict = reception_.receive(*packet, arrival);
  if (verdict == rtp::Verdict::probation || verdict == rtp::Verdict::invalid) return;
  if (!remote_->receive) return;

  bytes_received_ += packet->payload.size();
  last_media_ = now;
  timeout_told_ = false;
  if (!first_told_) {
    first_told_ = true;
    host_.tell(id_, FirstMedia{});
  }
  const bool fresh = verdict == rtp::Verdict::restarted;
  if (is_event) {
    receive_event(*packet, fresh, now);
    return;
  }
  if (ear_) hear(*packet, *law);
  // Last, since it overwrites the packet.
  if (peer_ != nullptr) peer_->forward(*packet, law, fresh, now);
}

void Stream::receive_event(const rtp::Packet& packet, bool fresh, Micros now) {
  const std::optional<char> digit = events_.receive(packet);
  if (digit) heard(*digit, DigitWay::telephone_event);
  if (peer_ == nullptr) return;
  if (peer_->remote_ && peer_->remote_->event_payload_type) {
    peer_->forward(packet, {}, fresh, now);
  } else if (digit) {
    // That leg knows digits only as tones.
    peer_->send_digits({&*digit, 1});
  }
}

void Stream::heard(char digit, DigitWay way) {
  host_.tell(id_, Digit{digit, way});
  if (recorder_ && recorder_->finishes(digit)) stop_recording(RecordingEnd::finish_digit);
}

void Stream::hear(const rtp::Packet& packet, media::Law law) {
  std::array<std::int16_t, most_samples> samples;
  const auto decoded = std::span(samples).first(packet.payload.size());
  media::decode_g711(law, packet.payload, decoded);
  ear_->buffer.push(packet.ssrc, packet.timestamp, decoded);
}

// The other leg's packet goes out on this one, in its own bytes with our header before them: order,
// gaps and spacing stay as they were, so what evens them out is the phone at the end.
void Stream::forward(const rtp::Packet& packet, std::optional<media::Law> law, bool fresh,
                     Micros now) {
  if (!may_send() || player_.playing() || digits_.active()) {
    aligned_ = false;
    return;
  }
  rtp::Header header = packet;
  const bool paused = out_.catch_up(now);
  if (!aligned_ || fresh || paused) {
    aligned_ = true;
    sequence_offset_ = static_cast<std::uint16_t>(out_.sequence() - packet.sequence);
    timestamp_offset_ = out_.timestamp() - packet.timestamp;
    header.marker = true;
  }
  header.sequence = static_cast<std::uint16_t>(packet.sequence + sequence_offset_);
  header.timestamp = packet.timestamp + timestamp_offset_;
  header.ssrc = out_.ssrc();
  header.payload_type =
      law ? static_cast<std::uint8_t>(remote_->law) : *remote_->event_payload_type;
  // The packet's own bytes are ours to overwrite: the header fits before the payload.
  auto* payload = const_cast<std::uint8_t*>(packet.payload.data());
  const std::span<std::uint8_t> writable(payload, packet.payload.size());
  if (law && *law != remote_->law) media::transcode_g711(*law, packet.payload, writable);
  rtp::write_header(header, std::span<std::uint8_t, rtp::header_size>(payload - rtp::header_size,
                                                                      rtp::header_size));
  const auto samples = static_cast<std::uint32_t>(law ? packet.payload.size() : 0);
  out_.relayed(header.sequence, header.timestamp + samples, packet.payload.size(), now);
  forwarded_ = now;
  host_.send(sockets_.rtp, lock_.destination(),
             ByteView(payload - rtp::header_size, rtp::header_size + packet.payload.size()));
}

void Stream::receive_rtcp(ByteView bytes, const Address& from, Micros now, Time wall) {
  if (!from.same_host(lock_.destination())) {
    ++malformed_;
    return;
  }
  const std::optional<rtp::Report> report = rtp::parse_rtcp(bytes, out_.ssrc());
  if (!report) {
    ++malformed_;
    return;
  }
  if (!remote_->rtcp_mux) rtcp_destination_ = from;
  if (report->sender && reception_.begun() && report->ssrc == reception_.ssrc())
    reception_.sender_report(*report->sender, now);
  if (report->about_us) {
    if (auto time = rtp::round_trip(*report->about_us, wall)) round_trip_ = *time;
  }
}

}  // namespace cloudvno::rtp_io
