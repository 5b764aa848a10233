// One stream without its sockets: its life, its commands and what is told at its end.
#include "protocol/rtp_io/stream.hpp"

#include "base/random.hpp"
#include "protocol/media/tones.hpp"
#include "protocol/rtp/quality.hpp"

namespace cloudvno::rtp_io {
namespace {

const media::PromptPtr& beep_prompt() {
  static const media::PromptPtr prompt = std::make_shared<const media::Prompt>(media::beep());
  return prompt;
}

}  // namespace

// Each 5 s, varied between half and one and a half of it, so that streams which began together do
// not report together (RFC 3550 section 6.2).
Micros Stream::report_interval() {
  return std::chrono::microseconds(2'500'000 + random_u64() % 5'000'000);
}

Stream::Stream(StreamId id, Sockets sockets, const StreamOptions& options, StreamHost& host,
               Micros now)
    : id_(id),
      sockets_(sockets),
      options_(options),
      host_(host),
      last_media_(now),
      cname_(to_hex(random_bytes(12))),
      next_report_(now + report_interval()) {}

void Stream::set_remote(const Remote& remote, Micros now) {
  lock_.expect(remote.address, remote.symmetric, remote.relearn);
  rtcp_destination_ = {};
  remote_ = remote;
  remote_->packet_ms = std::clamp(remote.packet_ms / 10 * 10, 10, 60);
  pending_size_ = 0;
  aligned_ = false;
  // Whoever was on hold has as long as anybody to begin again.
  last_media_ = now;
  timeout_told_ = false;
  want_ear();
}

void Stream::play(PlayId id, media::PromptPtr prompt, unsigned loops) {
  stop_playing();
  player_.start(id, std::move(prompt), loops);
}

void Stream::stop_playing() {
  if (!player_.playing()) return;
  if (auto id = player_.stop()) host_.tell(id_, Played{*id, false});
  // A recording does not wait for a beep that nobody hears any more.
  if (recorder_) recorder_->beeped();
}

void Stream::start_recording(RecordingId id, RecordingOptions options) {
  stop_recording();
  if (options.beep) {
    stop_playing();
    player_.start({}, beep_prompt(), 1);
  }
  recorder_ = std::make_unique<Recorder>(id, std::move(options));
  want_ear();
  if (peer_ != nullptr) peer_->want_ear();
}

void Stream::stop_recording(RecordingEnd reason) {
  if (!recorder_) return;
  if (auto chunk = recorder_->take_chunk(true)) host_.tell(id_, std::move(*chunk));
  host_.tell(id_, recorder_->ended(reason));
  recorder_.reset();
  want_ear();
  if (peer_ != nullptr) peer_->want_ear();
}

void Stream::bridge(Stream& peer) {
  if (&peer == this || peer_ == &peer) return;
  unbridge();
  peer.unbridge();
  peer_ = &peer;
  peer.peer_ = this;
  aligned_ = peer.aligned_ = false;
  want_ear();
  peer.want_ear();
}

void Stream::unbridge() {
  if (peer_ == nullptr) return;
  Stream& peer = *std::exchange(peer_, nullptr);
  peer.peer_ = nullptr;
  want_ear();
  peer.want_ear();
}

// The ear costs 1 to 3 us a tick, so it is there only while somebody listens.
void Stream::want_ear() {
  const bool digits = options_.in_band_digits && remote_ && !remote_->event_payload_type;
  const bool wanted =
      digits || options_.tell_voice || recorder_ || (peer_ != nullptr && peer_->recorder_);
  if (!wanted) {
    if (ear_) late_ += ear_->buffer.counts().late;
    ear_.reset();
    return;
  }
  if (!ear_) ear_ = std::make_unique<Ear>();
  if (!digits) ear_->digits.reset();
  if (digits && !ear_->digits) ear_->digits = std::make_unique<media::DtmfDetector>();
}

Quality Stream::quality() const {
  Quality quality;
  quality.packets_received = reception_.received();
  quality.packets_lost = reception_.lost();
  quality.packets_sent = out_.packets();
  quality.bytes_received = bytes_received_;
  quality.bytes_sent = out_.bytes();
  quality.packets_late = late_ + (ear_ ? ear_->buffer.counts().late : 0);
  quality.packets_refused = lock_.refused() + malformed_;
  quality.jitter = reception_.jitter();
  quality.round_trip = round_trip_;
  const double expected = static_cast<double>(quality.packets_received + quality.packets_lost);
  const double missed = static_cast<double>(quality.packets_lost + quality.packets_late);
  if (expected > 0) {
    quality.score = rtp::mean_opinion_score(missed / expected,
                                            rtp::one_way_delay(quality.round_trip, quality.jitter));
  }
  return quality;
}

void Stream::close(Micros now, Time wall) {
  stop_recording(RecordingEnd::closed);
  stop_playing();
  unbridge();
  if (remote_ && (out_.packets() != 0 || reported_)) send_report(now, wall, true);
  host_.tell(id_, Closed{quality()});
}

}  // namespace cloudvno::rtp_io
