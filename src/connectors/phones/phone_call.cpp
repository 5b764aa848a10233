// One call of a simulated telephone.
#include "connectors/phones/phone_call.hpp"

#include <algorithm>

#include "base/random.hpp"

namespace cloudvno::phones {
namespace {

constexpr Micros longest_ringing = std::chrono::minutes(10);
constexpr Micros longest_call = std::chrono::hours(4);

CallStatus status_of_code(int code) {
  switch (code) {
    case 486:
    case 600:
      return CallStatus::busy;
    case 603:
      return CallStatus::declined;
    case 404:
    case 408:
    case 410:
    case 480:
    case 484:
    case 604:
      return CallStatus::unreachable;
    case 487:
      return CallStatus::canceled;
    default:
      return CallStatus::failed;
  }
}

// Of those that refuse a call.
CallStatus status_of_behavior(Behavior behavior) {
  return behavior == Behavior::busy       ? CallStatus::busy
         : behavior == Behavior::declines ? CallStatus::declined
                                          : CallStatus::unreachable;
}

}  // namespace

PhoneCall::PhoneCall(Switchboard& board, PhoneSettings settings, RecordPtr record)
    : board_(board), settings_(std::move(settings)), record_(std::move(record)) {}

PhoneCall::~PhoneCall() {
  if (call_) call_->detach();
  if (stream_) board_.media.close_stream(*stream_);
  if (echo_) board_.media.close_stream(*echo_);
}

void PhoneCall::wait(Micros at_most) {
  deadline_ = board_.clock.elapsed() + at_most;
  board_.rearm();
}

void PhoneCall::receive(const sip::IncomingCall& incoming) {
  call_ = incoming.call;
  call_->attach(*this);
  offer_ = incoming.request.sdp();
  const auto& behavior = behavior_entry(settings_.behavior);
  if (behavior.refusal != 0) {
    return refuse(behavior.refusal, status_of_behavior(settings_.behavior));
  }
  call_->ring();
  const auto after = settings_.answers_after();
  if (after && *after == Milliseconds(0)) {
    (void)answer();
  } else {
    wait(after ? Micros(*after) : longest_ringing);
  }
}

Result<> PhoneCall::dial(sip::UserAgent& agent, sip::InviteOptions options) {
  TRY(open_media());
  options.sdp = sdp::write_offer(local_);
  call_ = agent.invite(std::move(options), *this);
  if (!call_) return fail(Errc::service_unavailable, "Too many simulated telephones are in use.");
  wait(longest_ringing);
  return {};
}

void PhoneCall::refuse(int code, CallStatus status) {
  fate_ = status;
  call_->reject(code);
}

Result<> PhoneCall::answer() {
  if (!rings() || record_->from_handset) return fail(Errc::wrong_state, "The call does not ring.");
  std::optional<sdp::Answer> answer;
  if (!offer_.empty()) {
    const auto theirs = sdp::parse(offer_);
    // Before a port is taken, which is written below.
    sdp::Local nowhere;
    nowhere.codecs = sdp::telephone_codecs();
    if (theirs) answer = sdp::write_answer(*theirs, nowhere);
    if (!answer) {
      refuse(488, CallStatus::failed);
      return fail(Errc::wrong_state, "The call offers no audio that a telephone understands.");
    }
  }
  if (auto opened = open_media(); !opened) {
    refuse(503, CallStatus::failed);
    return opened;
  }
  if (answer) answer = sdp::write_answer(*sdp::parse(offer_), local_);
  record_->status = CallStatus::in_progress;
  record_->answered_at = board_.clock.now();
  board_.log.changed(*record_);
  // An INVITE without an offer gets ours, and the ACK answers it (RFC 3264 section 4).
  call_->answer(answer ? answer->text : sdp::write_offer(local_));
  if (answer) {
    set_remote(answer->chosen);
    begin();
  }
  wait(settings_.hang_up_after == Milliseconds(0) ? longest_call : Micros(settings_.hang_up_after));
  return {};
}

Result<> PhoneCall::decline() {
  if (!rings() || record_->from_handset) return fail(Errc::wrong_state, "The call does not ring.");
  refuse(603, CallStatus::declined);
  return {};
}

Result<> PhoneCall::hang_up() {
  if (has_ended(record_->status)) return fail(Errc::wrong_state, "The call has ended.");
  if (rings()) fate_ = record_->from_handset ? CallStatus::canceled : CallStatus::declined;
  call_->hang_up();
  return {};
}

Result<> PhoneCall::press(std::string digits) {
  if (record_->status != CallStatus::in_progress || !stream_) {
    return fail(Errc::wrong_state, "Keys can be pressed while the call is in progress.");
  }
  return board_.media.send_digits(*stream_, std::move(digits));
}

void PhoneCall::on_time() {
  if (!deadline_ || *deadline_ > board_.clock.elapsed()) return;
  deadline_.reset();
  if (rings() && !record_->from_handset && settings_.answers_after()) {
    (void)answer();
  } else if (rings() && !record_->from_handset) {
    refuse(480, CallStatus::unreachable);
  } else {
    (void)hang_up();
  }
}

// ---- media ----

Result<> PhoneCall::open_media() {
  rtp_io::StreamOptions options;
  options.in_band_digits = true;
  TRY_ASSIGN(const auto opened, board_.media.open_stream(options));
  stream_ = opened.id;
  board_.opened(opened.id, *this);
  local_.address = board_.address;
  local_.port = opened.port;
  local_.session_id = random_u64() >> 2;
  local_.codecs = sdp::telephone_codecs();
  return {};
}

void PhoneCall::set_remote(const sdp::Audio& theirs) {
  rtp_io::Remote remote;
  if (const auto address = rtp_io::Address::parse(theirs.address, theirs.port)) {
    remote.address = *address;
  }
  for (const auto& codec : theirs.codecs) {
    if (sip::equal_words(codec.name, "telephone-event")) {
      remote.event_payload_type = static_cast<std::uint8_t>(codec.payload_type);
    }
  }
  if (!theirs.codecs.empty() && sip::equal_words(theirs.codecs.front().name, "PCMA")) {
    remote.law = media::Law::a;
  }
  if (theirs.ptime_ms != 0) remote.packet_ms = theirs.ptime_ms;
  using enum sdp::Direction;
  const bool held = theirs.has_null_address();
  remote.send = !held && (theirs.direction == sendrecv || theirs.direction == recvonly);
  remote.receive = !held && (theirs.direction == sendrecv || theirs.direction == sendonly);
  (void)board_.media.set_remote(*stream_, remote);
}

// What a telephone does when it is answered. Full queues of the engine cost what they refuse: the
// call goes on without it.
void PhoneCall::begin() {
  if (std::exchange(begun_, true)) return;
  auto& media = board_.media;
  rtp_io::RecordingOptions recording;
  recording.track = rtp_io::Track::inbound;
  recording.max_length = std::chrono::seconds(CallLog::most_samples_of_call / 8'000);
  (void)media.start_recording(*stream_, recording);
  if (settings_.behavior == Behavior::echoes) {
    echo();
  } else if (auto prompt = settings_.prompt()) {
    (void)media.play(*stream_, std::move(prompt), loops_of(settings_.sound));
  }
  if (!settings_.digits.empty()) (void)media.send_digits(*stream_, settings_.digits);
}

// The stream is bridged to one whose peer is itself: what was heard goes out by that socket, comes
// in by it, and back to the caller.
void PhoneCall::echo() {
  auto& media = board_.media;
  rtp_io::StreamOptions options;
  options.media_timeout = {};
  const auto mirror = media.open_stream(options, *stream_);
  if (!mirror) return;
  echo_ = mirror->id;
  rtp_io::Remote itself;
  if (const auto address = rtp_io::Address::parse(board_.address, mirror->port)) {
    itself.address = *address;
  }
  itself.event_payload_type = 101;
  itself.symmetric = false;
  (void)media.set_remote(*echo_, itself);
  (void)media.bridge(*stream_, *echo_);
}

// ---- what the other side does ----

void PhoneCall::on_answered(const sip::SipMessage& response) {
  const auto theirs = sdp::parse(response.sdp());
  if (!theirs || !theirs->audio) {
    fate_ = CallStatus::failed;
    return call_->hang_up();
  }
  record_->status = CallStatus::in_progress;
  record_->answered_at = board_.clock.now();
  board_.log.changed(*record_);
  auto audio = *theirs->audio;
  audio.codecs = sdp::common_codecs(audio.codecs, local_.codecs);
  set_remote(audio);
  begin();
  wait(settings_.hang_up_after == Milliseconds(0) ? longest_call : Micros(settings_.hang_up_after));
}

void PhoneCall::on_acknowledged(std::string_view sdp) {
  if (sdp.empty() || !stream_) return;
  const auto theirs = sdp::parse(sdp);
  if (!theirs || !theirs->audio) return call_->hang_up();
  auto audio = *theirs->audio;
  audio.codecs = sdp::common_codecs(audio.codecs, local_.codecs);
  set_remote(audio);
  begin();
}

std::string PhoneCall::on_offer(std::string_view sdp) {
  if (!stream_) return {};
  ++local_.version;
  if (sdp.empty()) return sdp::write_offer(local_);
  const auto theirs = sdp::parse(sdp);
  if (!theirs) return {};
  const auto answer = sdp::write_answer(*theirs, local_);
  if (!answer) return {};
  set_remote(answer->chosen);
  return answer->text;
}

void PhoneCall::on_digit(char digit, int) {
  board_.log.hear_digit(*record_, digit);
}

CallStatus PhoneCall::status_of(const sip::CallEnd& end) const {
  if (fate_) return *fate_;
  if (record_->status == CallStatus::in_progress) {
    return end.by == sip::CallEnd::By::fault ? CallStatus::failed : CallStatus::completed;
  }
  if (record_->from_handset) return status_of_code(end.code);
  return end.by == sip::CallEnd::By::remote ? CallStatus::canceled : CallStatus::failed;
}

void PhoneCall::on_ended(const sip::CallEnd& end) {
  deadline_.reset();
  if (stream_) board_.media.close_stream(*stream_);
  if (echo_) board_.media.close_stream(*echo_);
  stream_.reset();
  echo_.reset();
  board_.log.end(*record_, status_of(end), board_.clock.now());
  board_.ended(*this);
}

}  // namespace cloudvno::phones
