// What a stream does each 20 ms: listens, sends, records, reports.
#include "protocol/rtp_io/stream.hpp"

namespace cloudvno::rtp_io {
namespace {

constexpr std::uint32_t tick_samples = rtp::frame_samples;
// How long the bridged leg may be quiet before silence is sent in its place.
constexpr Micros relay_pause = std::chrono::milliseconds(100);

}  // namespace

void Stream::listen(Micros now) {
  if (remote_ && remote_->receive && options_.media_timeout > Micros::zero() && !timeout_told_ &&
      now - last_media_ >= options_.media_timeout) {
    timeout_told_ = true;
    host_.tell(id_, MediaTimeout{});
  }
  if (!ear_) return;
  const auto change = ear_->listen();
  if (options_.tell_voice && change == media::VoiceDetector::Change::started)
    host_.tell(id_, VoiceStarted{});
  if (options_.tell_voice && change == media::VoiceDetector::Change::stopped)
    host_.tell(id_, VoiceStopped{});
  if (!ear_->digits) return;
  for (char digit : ear_->digits->listen(ear_->frame)) {
    heard(digit, DigitWay::in_band);
    // The digit may have ended what was listened for.
    if (!ear_) return;
  }
}

void Stream::send(Micros now, Time wall) {
  // The tick in which a beep ends is not yet recorded.
  const bool recording = recorder_ && !recorder_->waits_for_beep();
  make_frame(now);
  if (recording && recorder_) record();
  if (now >= next_report_) {
    next_report_ = now + report_interval();
    // Who only listens reports too.
    if (remote_ && (out_.packets() != 0 || reception_.begun())) send_report(now, wall, false);
  }
}

void Stream::make_frame(Micros now) {
  own_audio_ = false;
  if (!may_send()) {
    // Time passes for what is played, though nobody hears it: a peer on hold ends no call flow.
    if (!player_.playing()) return;
  }
  const media::Law law = remote_ ? remote_->law : media::Law::mu;
  if (digits_.active() && may_send()) {
    const DigitSender::Step step =
        digits_.next(remote_->event_payload_type.has_value(), remote_->law);
    send_step(step, now);
    if (step.last) host_.tell(id_, DigitsSent{});
    return;
  }
  if (player_.playing() && remote_) {
    own_audio_ = true;
    const bool ended = player_.next(law, frame_);
    if (may_send()) send_audio(frame_, now);
    if (ended) {
      if (auto id = player_.stop()) host_.tell(id_, Played{*id, true});
      if (recorder_) recorder_->beeped();
    }
    return;
  }
  if (!may_send() || (peer_ != nullptr && now - forwarded_ < relay_pause)) return;
  frame_.fill(media::silence_byte(law));
  send_audio(frame_, now);
}

void Stream::send_step(const DigitSender::Step& step, Micros now) {
  switch (step.kind) {
    case DigitSender::Step::Kind::event: {
      if (step.begins) {
        out_.catch_up(now);
        event_timestamp_ = out_.timestamp();
      }
      rtp::Header header =
          out_.next(*remote_->event_payload_type, step.marker, step.payload.size(), now);
      header.timestamp = event_timestamp_;
      send_packet(header, step.payload);
      out_.advance(tick_samples);
      break;
    }
    case DigitSender::Step::Kind::tone:
      own_audio_ = true;
      frame_ = step.frame;
      send_audio(frame_, now);
      break;
    case DigitSender::Step::Kind::pause:
      frame_.fill(media::silence_byte(remote_->law));
      send_audio(frame_, now);
  }
}

void Stream::send_audio(ByteView frame, Micros now) {
  const bool marker = out_.catch_up(now);
  aligned_ = false;
  const auto payload_type = static_cast<std::uint8_t>(remote_->law);
  const auto packet = static_cast<std::size_t>(remote_->packet_ms) * 8;
  if (packet == frame.size()) {
    send_packet(out_.next(payload_type, marker, frame.size(), now), frame);
    out_.advance(tick_samples);
    return;
  }
  std::ranges::copy(frame, pending_.begin() + static_cast<std::ptrdiff_t>(pending_size_));
  pending_size_ += frame.size();
  std::size_t at = 0;
  for (; pending_size_ - at >= packet; at += packet) {
    const ByteView part = ByteView(pending_).subspan(at, packet);
    send_packet(out_.next(payload_type, marker && at == 0, packet, now), part);
    out_.advance(static_cast<std::uint32_t>(packet));
  }
  pending_size_ -= at;
  std::shift_left(pending_.begin(), pending_.end(), static_cast<std::ptrdiff_t>(at));
}

void Stream::send_packet(const rtp::Header& header, ByteView payload) {
  std::array<std::uint8_t, rtp::header_size + 480> packet;
  rtp::write_header(header, std::span(packet).first<rtp::header_size>());
  std::ranges::copy(payload, packet.begin() + rtp::header_size);
  host_.send(sockets_.rtp, lock_.destination(),
             ByteView(packet).first(rtp::header_size + payload.size()));
}

void Stream::record() {
  static constexpr rtp::Frame silence{};
  rtp::Frame decoded;
  const rtp::Frame* outbound = &silence;
  if (own_audio_) {
    media::decode_g711(remote_->law, frame_, decoded);
    outbound = &decoded;
  } else if (peer_ != nullptr && peer_->ear_) {
    outbound = &peer_->ear_->frame;
  }
  recorder_->frame(ear_->frame, *outbound, ear_->voice.voice());
  if (auto chunk = recorder_->take_chunk()) host_.tell(id_, std::move(*chunk));
  if (auto reason = recorder_->due()) stop_recording(*reason);
}

void Stream::send_report(Micros now, Time wall, bool bye) {
  rtp::OutgoingReport report;
  report.ssrc = out_.ssrc();
  report.cname = cname_;
  report.bye = bye;
  if (out_.packets() != 0) {
    report.sender = rtp::SenderInfo{rtp::to_ntp(wall), out_.timestamp(),
                                    static_cast<std::uint32_t>(out_.packets()),
                                    static_cast<std::uint32_t>(out_.bytes())};
  }
  reported_ = true;
  if (reception_.begun()) report.block = reception_.report(now);
  std::array<std::uint8_t, rtp::largest_report> buffer;
  const ByteView bytes = rtp::write_rtcp(report, buffer);
  const Address& rtp_destination = lock_.destination();
  if (remote_->rtcp_mux) {
    host_.send(sockets_.rtp, rtp_destination, bytes);
    return;
  }
  Address to = rtcp_destination_;
  if (!to.is_set()) {
    const std::uint16_t next = static_cast<std::uint16_t>(rtp_destination.port() + 1);
    to = rtp_destination.with_port(remote_->rtcp_port != 0 ? remote_->rtcp_port : next);
  }
  host_.send(sockets_.rtcp, to, bytes);
}

}  // namespace cloudvno::rtp_io
