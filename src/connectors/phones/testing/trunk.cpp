// The product's side of calls with simulated telephones, in tests.
#include "connectors/phones/testing/trunk.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <stdexcept>

#include "protocol/media/tones.hpp"

namespace cloudvno::phones::testing {

void Leg::open() {
  const auto opened = media_.open_stream({});
  if (!opened) throw std::runtime_error("no port");
  stream = opened->id;
  local.address = "127.0.0.1";
  local.port = opened->port;
  local.session_id = 1;
  local.codecs = sdp::telephone_codecs();
}

std::string Leg::offer() {
  open();
  return sdp::write_offer(local);
}

void Leg::accept(sip::IncomingCall& incoming) {
  call = incoming.call;
  call->attach(*this);
  from = incoming.request.from.uri.user;
  to = incoming.request.target.user;
  open();
  const auto answer = sdp::write_answer(*sdp::parse(incoming.request.sdp()), local);
  call->answer(answer->text);
  talk(answer->chosen);
}

void Leg::on_answered(const sip::SipMessage& response) {
  auto audio = *sdp::parse(response.sdp())->audio;
  audio.codecs = sdp::common_codecs(audio.codecs, local.codecs);
  talk(audio);
}

void Leg::on_reinvited(int status, std::string_view sdp) {
  reinvited = status;
  if (status == 200) talk(*sdp::parse(sdp)->audio);
}

void Leg::talk(const sdp::Audio& theirs) {
  rtp_io::Remote remote;
  remote.address = *rtp_io::Address::parse(theirs.address, theirs.port);
  remote.law = theirs.codecs.front().name == "PCMA" ? media::Law::a : media::Law::mu;
  for (const auto& codec : theirs.codecs) {
    if (codec.name == "telephone-event") {
      remote.event_payload_type = static_cast<std::uint8_t>(codec.payload_type);
    }
  }
  (void)media_.set_remote(stream, remote);
  if (answered) return;
  answered = true;
  rtp_io::RecordingOptions recording;
  recording.track = rtp_io::Track::inbound;
  (void)media_.start_recording(stream, recording);
}

void Leg::on_media(const rtp_io::Event& event) {
  if (const auto* digit = std::get_if<rtp_io::Digit>(&event)) {
    if (digit->way == rtp_io::DigitWay::telephone_event) digits += digit->digit;
  } else if (const auto* chunk = std::get_if<rtp_io::RecordingChunk>(&event)) {
    heard.insert(heard.end(), chunk->samples.begin(), chunk->samples.end());
  }
}

Trunk::Trunk(net::Executor control, const Clock& clock, std::uint16_t first_media_port,
             std::uint16_t last_media_port)
    : resolver(control),
      media({.first_port = first_media_port, .last_port = last_media_port}, control,
            [this](rtp_io::StreamId stream, rtp_io::Event& event) {
              for (auto& leg : legs) {
                if (leg->stream == stream) leg->on_media(event);
              }
            }),
      endpoint(control, clock, resolver,
               [] {
                 sip::EndpointOptions options;
                 options.udp = sip::ListenAt{"127.0.0.1", 0};
                 return options;
               }(),
               {.on_invite =
                    [this](sip::IncomingCall& incoming) {
                      legs.push_back(std::make_unique<Leg>(media));
                      legs.back()->accept(incoming);
                    },
                .realm_for = {},
                .find_user = {}}) {
  if (!endpoint.start()) throw std::runtime_error("no port for SIP");
}

Leg& Trunk::call(std::uint16_t port, std::string_view handset, std::string_view line,
                 std::string_view account, std::string_view call_sid, bool with_offer) {
  legs.push_back(std::make_unique<Leg>(media));
  auto& leg = *legs.back();
  sip::InviteOptions options;
  options.target.user = handset;
  options.target.host = "127.0.0.1";
  options.target.port = port;
  options.from_uri = fmt::format("sip:{}@127.0.0.1", line);
  if (!account.empty()) options.headers.push_back({"X-CloudVNO-Account", std::string(account)});
  if (!call_sid.empty()) options.headers.push_back({"X-CloudVNO-Call", std::string(call_sid)});
  options.patience = std::chrono::hours(1);
  const auto offer = leg.offer();
  if (with_offer) options.sdp = offer;
  leg.call = endpoint.agent().invite(std::move(options), leg);
  return leg;
}

void Trunk::play_tone(const Leg& leg, int hertz) {
  media::Samples samples;
  media::add_tone(samples, hertz, 0, std::chrono::seconds(2));
  (void)media.play(leg.stream, std::make_shared<const media::Prompt>(samples), 0);
}

double share_of_tone(media::SampleView samples, int hertz) {
  double sine = 0, cosine = 0, power = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double turn = 2 * std::numbers::pi * hertz * static_cast<double>(i) / 8'000;
    sine += samples[i] * std::sin(turn);
    cosine += samples[i] * std::cos(turn);
    power += static_cast<double>(samples[i]) * samples[i];
  }
  if (power == 0) return 0;
  return 2 * (sine * sine + cosine * cosine) / (static_cast<double>(samples.size()) * power);
}

}  // namespace cloudvno::phones::testing
