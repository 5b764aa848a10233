// The product's side of calls with simulated telephones, in tests: a user agent and media of its
// own on loopback.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/net/resolver.hpp"
#include "protocol/rtp_io/media_engine.hpp"
#include "protocol/sdp/sdp.hpp"
#include "protocol/sip_io/endpoint.hpp"

namespace cloudvno::phones::testing {

// One call as the product has it: records what it hears from the answer on.
class Leg final : public sip::CallEvents {
 public:
  explicit Leg(rtp_io::MediaEngine& media) : media_(media) {}

  std::string offer();
  void accept(sip::IncomingCall& incoming);

  void on_provisional(const sip::SipMessage& response) override { provisional = response.status; }
  void on_answered(const sip::SipMessage& response) override;
  void on_acknowledged(std::string_view) override {}
  std::string on_offer(std::string_view) override { return {}; }
  void on_reinvited(int status, std::string_view sdp) override;
  void on_digit(char, int) override {}
  void on_ended(const sip::CallEnd& end) override {
    ended = true;
    code = end.code;
  }
  void on_media(const rtp_io::Event& event);
  void talk(const sdp::Audio& theirs);

  std::shared_ptr<sip::Call> call;
  rtp_io::StreamId stream;
  std::string from, to;  // of a call that came: the users of its URIs
  int provisional = 0, reinvited = 0, code = -1;
  bool answered = false, ended = false;
  std::string digits;
  media::Samples heard;
  sdp::Local local;

 private:
  void open();

  rtp_io::MediaEngine& media_;
};

class Trunk {
 public:
  Trunk(net::Executor control, const Clock& clock, std::uint16_t first_media_port,
        std::uint16_t last_media_port);

  // Calls a handset at the exchange, as the account.
  Leg& call(std::uint16_t port, std::string_view handset, std::string_view line,
            std::string_view account, std::string_view call_sid = {}, bool with_offer = true);
  void play_tone(const Leg& leg, int hertz);
  // Awaited before it goes.
  net::Task<> stop() { return endpoint.stop(std::chrono::seconds(2)); }
  std::uint16_t port() const { return endpoint.port(sip::Transport::udp); }

  net::CaresResolver resolver;
  rtp_io::MediaEngine media;
  std::vector<std::unique_ptr<Leg>> legs;
  sip::Endpoint endpoint;
};

// How much of a sound is a tone of that frequency: 1 for nothing but it, 0 for none of it.
double share_of_tone(media::SampleView samples, int hertz);

}  // namespace cloudvno::phones::testing
