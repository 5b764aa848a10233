// The life of a leg.
#include "connectors/sip_trunk/sip_leg.hpp"

#include <fmt/format.h>

#include <boost/asio/post.hpp>

#include "base/random.hpp"
#include "connectors/sip_trunk/addresses.hpp"

namespace cloudvno::sip_trunk {

using voice::EndReason;
using voice::LegEnd;

namespace {

// What the final answer to an INVITE means (RFC 3261 section 21).
EndReason reason_of(int code) {
  switch (code) {
    case 486:
    case 600:
      return EndReason::busy;
    case 603:
    case 403:
      return EndReason::declined;
    case 408:
    case 480:
      return EndReason::no_answer;
    case 487:
      return EndReason::canceled;
    default:
      return EndReason::unreachable;
  }
}

voice::RecordingEnd map_end(const rtp_io::RecordingEnded& ended, char digit) {
  using From = rtp_io::RecordingEnd;
  using To = voice::RecordingEnd::Why;
  const auto why = ended.reason == From::silence        ? To::silence
                   : ended.reason == From::max_length   ? To::max_length
                   : ended.reason == From::finish_digit ? To::digit
                   : ended.reason == From::closed       ? To::hung_up
                                                        : To::stopped;
  return {why, why == To::digit ? digit : '\0', ended.leading_silence, ended.trailing_silence};
}

rtp_io::Track map_track(voice::Track track) {
  return track == voice::Track::inbound    ? rtp_io::Track::inbound
         : track == voice::Track::outbound ? rtp_io::Track::outbound
                                           : rtp_io::Track::both;
}

}  // namespace

SipLeg::~SipLeg() {
  *alive_ = false;
  if (stream_) {
    trunks_.legs_.erase(stream_->value);
    trunks_.engine_.close_stream(*stream_);
  }
  if (!call_) return;
  call_->detach();
  call_->hang_up();
}

bool SipLeg::open_stream(const voice::Leg* beside) {
  const auto* other = dynamic_cast<const SipLeg*>(beside);
  const auto opened =
      trunks_.engine_.open_stream({}, other ? other->stream_ : std::optional<rtp_io::StreamId>());
  if (!opened) return false;
  stream_ = opened->id;
  port_ = opened->port;
  session_id_ = random_u64() >> 2;
  trunks_.legs_[stream_->value] = this;
  return true;
}

sdp::Local SipLeg::local() const {
  sdp::Local local;
  local.address = trunks_.media_address_;
  local.port = port_;
  local.session_id = session_id_;
  local.version = version_;
  local.codecs = sdp::telephone_codecs();
  return local;
}

void SipLeg::place(const voice::LegOrder& order, const TrunkOptions& trunk,
                   voice::LegListener& listener) {
  listener_ = &listener;
  if (!open_stream(order.beside)) return end({EndReason::unreachable, true, 503, {}});
  auto invite = make_invite(order, trunk, trunks_.media_address_);
  if (!invite) return end({EndReason::unreachable, true, 404, {}});
  invite->sdp = sdp::write_offer(local());
  if (invite->hop) return send(std::move(*invite));
  trunks_.tasks_.spawn("judge", judge_and_send(trunks_, *this, std::move(*invite), alive_));
}

void SipLeg::send(sip::InviteOptions invite) {
  if (end_) return;  // hung up meanwhile
  call_ = trunks_.endpoint_.agent().invite(std::move(invite), *this);
  if (!call_) end({EndReason::unreachable, true, 503, {}});
}

// A customer's SIP address: where it leads is judged as the URL of a callback is, and called as it
// was judged. Under TLS the name is called, whose certificate is looked at.
// The leg may go before this begins, or while it waits.
net::Task<> SipLeg::judge_and_send(SipTrunks& trunks, SipLeg& leg, sip::InviteOptions invite,
                                   std::shared_ptr<bool> alive) {
  const auto found = co_await trunks.resolver_.resolve(invite.target.host);
  if (!*alive) co_return;
  if (!found) co_return leg.end({EndReason::unreachable, true, 404, {}});
  for (const auto& address : *found) {
    if (!trunks.guard_ || trunks.guard_->refusal(address)) continue;
    const auto named = invite.target.param("transport");
    const bool secure =
        invite.target.scheme == "sips" || (named && sip::equal_words(*named, "tls"));
    const auto transport = secure                                     ? sip::Transport::tls
                           : named && sip::equal_words(*named, "tcp") ? sip::Transport::tcp
                                                                      : sip::Transport::udp;
    const std::uint16_t usual = secure ? 5061 : 5060;
    invite.hop = sip::Peer{transport, secure ? invite.target.host : address.to_string(),
                           invite.target.port != 0 ? invite.target.port : usual, 0};
    co_return leg.send(std::move(invite));
  }
  co_return leg.end({EndReason::unreachable, true, 403, {}});
}

bool SipLeg::take(sip::IncomingCall& incoming) {
  offer_ = incoming.request.sdp();
  const auto offer = sdp::parse(offer_);
  if (!offer || !offer->audio || !open_stream(nullptr)) {
    incoming.call->reject(offer ? 503 : 488);
    return false;
  }
  if (!sdp::write_answer(*offer, local())) {
    incoming.call->reject(488);
    return false;
  }
  call_ = incoming.call;
  call_->attach(*this);
  return true;
}

// --- what the room asks for ---

void SipLeg::listen(voice::LegListener& listener) {
  listener_ = &listener;
  if (!untold_) return;
  // A caller may give up while its call is still being written down.
  boost::asio::post(trunks_.control_, [this, end = *untold_, alive = alive_] {
    if (*alive) tell(end);
  });
}

void SipLeg::ring() {
  if (call_ && !end_) call_->ring(180);
}

void SipLeg::answer() {
  if (!call_ || end_ || answered_) return;
  const auto offer = sdp::parse(offer_);
  const auto answer = offer ? sdp::write_answer(*offer, local()) : std::nullopt;
  if (!answer || !use(answer->chosen)) {
    call_->reject(488);
    return end({EndReason::unreachable, true, 488, {}});
  }
  answered_ = true;
  call_->answer(answer->text);
}

void SipLeg::reject(voice::Rejection why) {
  if (!call_ || end_ || answered_) return;
  const int code = why == voice::Rejection::busy       ? 486
                   : why == voice::Rejection::declined ? 603
                                                       : 480;
  call_->detach();
  call_->reject(code);
  end({reason_of(code), true, code, {}});
}

void SipLeg::hang_up() {
  if (end_) return;
  if (call_) {
    // The room need not wait for the other side's answer.
    call_->detach();
    call_->hang_up();
  }
  end(answered_ ? LegEnd{EndReason::hung_up, true, 0, {}}
                : LegEnd{EndReason::canceled, true, 487, {}});
}

void SipLeg::post_played(int play) {
  boost::asio::post(trunks_.control_, [this, play, alive = alive_] {
    if (*alive && listener_) listener_->on_played(play);
  });
}

void SipLeg::play(int play, voice::SoundPtr sound, int loops) {
  const auto id = stream_ ? trunks_.engine_.play(*stream_, std::move(sound),
                                                 static_cast<unsigned>(std::max(1, loops)))
                          : Result<rtp_io::PlayId>(fail(Errc::wrong_state));
  if (!id) return post_played(play);
  plays_.emplace_back(*id, play);
}

void SipLeg::send_digits(int play, std::string digits) {
  if (!stream_ || !trunks_.engine_.send_digits(*stream_, std::move(digits))) {
    return post_played(play);
  }
  digit_plays_.push_back(play);
}

void SipLeg::stop_playing() {
  if (stream_) static_cast<void>(trunks_.engine_.stop_playing(*stream_));
}

void SipLeg::start_recording(voice::RecordingSpec spec) {
  rtp_io::RecordingOptions options;
  options.channels = spec.channels;
  options.track = map_track(spec.track);
  options.beep = spec.beep;
  options.silence_timeout = spec.silence_timeout;
  options.max_length = spec.max_length;
  options.finish_digits = std::move(spec.finish_digits);
  if (stream_ && trunks_.engine_.start_recording(*stream_, std::move(options))) return;
  boost::asio::post(trunks_.control_, [this, alive = alive_] {
    if (*alive && listener_) listener_->on_recording_ended({});
  });
}

void SipLeg::stop_recording() {
  if (stream_) static_cast<void>(trunks_.engine_.stop_recording(*stream_));
}

void SipLeg::connect(voice::Leg& other) {
  const auto* leg = dynamic_cast<SipLeg*>(&other);
  if (!leg || !stream_ || !leg->stream_) return;
  static_cast<void>(trunks_.engine_.bridge(*stream_, *leg->stream_));
}

void SipLeg::disconnect() {
  if (stream_) static_cast<void>(trunks_.engine_.unbridge(*stream_));
}

// --- media ---

bool SipLeg::use(const sdp::Audio& audio) {
  const auto address = rtp_io::Address::parse(audio.address, audio.port);
  if (!address || !stream_) return false;
  rtp_io::Remote remote;
  remote.address = *address;
  bool has_voice = false;
  for (const auto& codec : audio.codecs) {
    if (!has_voice &&
        (sip::equal_words(codec.name, "PCMU") || sip::equal_words(codec.name, "PCMA"))) {
      remote.law = sip::equal_words(codec.name, "PCMU") ? media::Law::mu : media::Law::a;
      has_voice = true;
    } else if (sip::equal_words(codec.name, "telephone-event")) {
      remote.event_payload_type = static_cast<std::uint8_t>(codec.payload_type);
    }
  }
  if (!has_voice) return false;
  if (audio.ptime_ms >= 10 && audio.ptime_ms <= 60) remote.packet_ms = audio.ptime_ms / 10 * 10;
  using sdp::Direction;
  const auto theirs = audio.direction;
  remote.send =
      (theirs == Direction::sendrecv || theirs == Direction::recvonly) && !audio.has_null_address();
  remote.receive = theirs == Direction::sendrecv || theirs == Direction::sendonly;
  held_ = !remote.receive || audio.has_null_address();
  return trunks_.engine_.set_remote(*stream_, remote).has_value();
}

bool SipLeg::use_answer(std::string_view sdp) {
  auto answer = sdp::parse(sdp);
  if (!answer || !answer->audio) return false;
  answer->audio->codecs = sdp::common_codecs(answer->audio->codecs, sdp::telephone_codecs());
  return use(*answer->audio);
}

void SipLeg::played(rtp_io::PlayId play) {
  // Plays that were replaced may be told late; all before one that ended have ended.
  while (!plays_.empty() && plays_.front().first <= play) {
    const int ours = plays_.front().second;
    plays_.pop_front();
    listener_->on_played(ours);
  }
}

void SipLeg::on_media(rtp_io::Event& event) {
  if (!listener_ && !std::holds_alternative<rtp_io::Closed>(event)) return;
  const auto alive = alive_;  // the listener may destroy us
  if (const auto* digit = std::get_if<rtp_io::Digit>(&event)) {
    last_digit_ = digit->digit;
    listener_->on_digit(digit->digit);
  } else if (const auto* ended = std::get_if<rtp_io::Played>(&event)) {
    played(ended->play);
  } else if (std::holds_alternative<rtp_io::DigitsSent>(event)) {
    while (*alive && !digit_plays_.empty()) {
      const int play = digit_plays_.front();
      digit_plays_.pop_front();
      listener_->on_played(play);
    }
  } else if (auto* chunk = std::get_if<rtp_io::RecordingChunk>(&event)) {
    listener_->on_recorded_audio(std::move(chunk->samples));
  } else if (const auto* recorded = std::get_if<rtp_io::RecordingEnded>(&event)) {
    listener_->on_recording_ended(map_end(*recorded, last_digit_));
  } else if (std::holds_alternative<rtp_io::MediaTimeout>(event)) {
    if (held_ || !answered_ || end_) return;
    call_->detach();
    call_->hang_up("Q.850;cause=41;text=\"no media\"");
    end({EndReason::lost, true, 0, {}});
  } else if (const auto* closed = std::get_if<rtp_io::Closed>(&event)) {
    trunks_.legs_.erase(stream_->value);
    stream_.reset();
    auto last = end_.value_or(LegEnd{EndReason::lost, true, 0, {}});
    const auto& quality = closed->quality;
    last.quality = {static_cast<std::int64_t>(quality.packets_received),
                    static_cast<std::int64_t>(quality.packets_lost), quality.jitter, quality.score};
    tell(last);
  }
}

void SipLeg::tell(const LegEnd& end) {
  if (listener_) return listener_->on_ended(end);
  untold_ = end;
}

void SipLeg::end(LegEnd end) {
  if (end_) return;
  end_ = end;
  if (stream_) return trunks_.engine_.close_stream(*stream_);  // Closed tells it
  boost::asio::post(trunks_.control_, [this, end, alive = alive_] {
    if (*alive) tell(end);
  });
}

// --- signalling ---

void SipLeg::on_provisional(const sip::SipMessage& response) {
  if (end_ || response.status == 100) return;
  const bool early_media = !response.sdp().empty() && use_answer(response.sdp());
  listener_->on_ringing(early_media);
}

void SipLeg::on_answered(const sip::SipMessage& response) {
  if (end_) return;
  if (!use_answer(response.sdp())) {
    call_->detach();
    call_->hang_up();
    return end({EndReason::unreachable, true, 488, {}});
  }
  answered_ = true;
  listener_->on_answered();
}

void SipLeg::on_acknowledged(std::string_view sdp) {
  if (!end_ && !sdp.empty()) use_answer(sdp);
}

std::string SipLeg::on_offer(std::string_view sdp) {
  if (end_) return {};
  ++version_;
  if (sdp.empty()) return sdp::write_offer(local());
  const auto offer = sdp::parse(sdp);
  const auto answer = offer ? sdp::write_answer(*offer, local()) : std::nullopt;
  if (!answer || !use(answer->chosen)) return {};
  return answer->text;
}

void SipLeg::on_reinvited(int /*status*/, std::string_view /*sdp*/) {}

void SipLeg::on_digit(char digit, int /*duration_ms*/) {
  if (!end_ && listener_) listener_->on_digit(digit);
}

void SipLeg::on_ended(const sip::CallEnd& ended) {
  if (end_) return;
  if (answered_) {
    const bool lost = ended.by == sip::CallEnd::By::fault;
    return end({lost ? EndReason::lost : EndReason::hung_up, false, 0, {}});
  }
  // An INVITE that the caller took back has no final answer of ours to tell.
  const int code = ended.code != 0 ? ended.code : 487;
  end({reason_of(code), false, code, {}});
}

}  // namespace cloudvno::sip_trunk
