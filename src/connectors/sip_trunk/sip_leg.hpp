// One leg: a SIP call and its media stream.
//
//   outgoing   made → ringing → answered → ended
//   incoming   made → answered → ended
//
// Its end is told when the stream has been closed, which brings its quality.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "connectors/sip_trunk/sip_trunks.hpp"
#include "protocol/sdp/sdp.hpp"

namespace cloudvno::sip_trunk {

// Lives on the control thread; destroyed before its SipTrunks.
class SipLeg final : public voice::Leg, private sip::CallEvents {
 public:
  explicit SipLeg(SipTrunks& trunks) : trunks_(trunks) {}
  ~SipLeg() override;

  // Outgoing. What cannot be made ends, told later.
  void place(const voice::LegOrder& order, const TrunkOptions& trunk, voice::LegListener& listener);
  // Incoming. False: its offer has no codec of ours, or there is no room; it was refused.
  bool take(sip::IncomingCall& incoming);

  // voice::Leg
  void listen(voice::LegListener& listener) override;
  void ring() override;
  void answer() override;
  void reject(voice::Rejection why) override;
  void hang_up() override;
  void play(int play, voice::SoundPtr sound, int loops) override;
  void send_digits(int play, std::string digits) override;
  void stop_playing() override;
  void start_recording(voice::RecordingSpec spec) override;
  void stop_recording() override;
  void connect(voice::Leg& other) override;
  void disconnect() override;

  std::optional<rtp_io::StreamId> stream() const { return stream_; }
  void on_media(rtp_io::Event& event);

 private:
  // sip::CallEvents
  void on_provisional(const sip::SipMessage& response) override;
  void on_answered(const sip::SipMessage& response) override;
  void on_acknowledged(std::string_view sdp) override;
  std::string on_offer(std::string_view sdp) override;
  void on_reinvited(int status, std::string_view sdp) override;
  void on_digit(char digit, int duration_ms) override;
  void on_ended(const sip::CallEnd& end) override;

  bool open_stream(const voice::Leg* beside);
  void send(sip::InviteOptions invite);
  static net::Task<> judge_and_send(SipTrunks& trunks, SipLeg& leg, sip::InviteOptions invite,
                                    std::shared_ptr<bool> alive);
  sdp::Local local() const;
  // The other side's word on where and how to send. False: nothing in common.
  bool use(const sdp::Audio& audio);
  bool use_answer(std::string_view sdp);
  void end(voice::LegEnd end);
  void tell(const voice::LegEnd& end);
  void played(rtp_io::PlayId play);
  void post_played(int play);

  SipTrunks& trunks_;
  voice::LegListener* listener_ = nullptr;
  std::shared_ptr<sip::Call> call_;
  std::optional<rtp_io::StreamId> stream_;
  std::uint16_t port_ = 0;
  std::string offer_;  // of an incoming call
  std::uint64_t session_id_ = 0;
  std::uint64_t version_ = 0;
  bool answered_ = false;
  bool held_ = false;  // the other side sends nothing, by its own word
  std::optional<voice::LegEnd> end_;
  std::optional<voice::LegEnd> untold_;  // it ended before anybody listened
  std::deque<std::pair<rtp_io::PlayId, int>> plays_;
  std::deque<int> digit_plays_;
  char last_digit_ = 0;
  // Shared with what is posted, which looks whether the leg is still there.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace cloudvno::sip_trunk
