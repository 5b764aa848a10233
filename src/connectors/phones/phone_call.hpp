// One call of a simulated telephone: its SIP side, its media, and what the telephone does in it.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "connectors/phones/call_log.hpp"
#include "protocol/rtp_io/media_engine.hpp"
#include "protocol/sdp/sdp.hpp"
#include "protocol/sip_io/endpoint.hpp"

namespace cloudvno::phones {

class PhoneCall;

// What all calls work with; outlives them.
struct Switchboard {
  const Clock& clock;
  CallLog& log;
  rtp_io::MediaEngine& media;
  std::string address;  // of our media
  // What the stream tells from here on is of this call; until it is closed.
  std::function<void(rtp_io::StreamId, const PhoneCall&)> opened;
  std::function<void()> rearm;            // a deadline has become earlier
  std::function<void(PhoneCall&)> ended;  // the last that is told; not to destroy it within
};

// ringing -> in progress -> ended, as its record says. Owned by the exchange, on `control`.
//
// A telephone that hears nothing for 30 seconds hangs up, since the other side is gone; one that
// rings for ten minutes stops, and no call lasts longer than four hours.
class PhoneCall final : public sip::CallEvents {
 public:
  PhoneCall(Switchboard& board, PhoneSettings settings, RecordPtr record);
  ~PhoneCall() override;
  PhoneCall(const PhoneCall&) = delete;
  PhoneCall& operator=(const PhoneCall&) = delete;

  const CallRecord& record() const { return *record_; }
  const RecordPtr& shared_record() const { return record_; }

  // Once, one of both. An INVITE that came is answered, refused, or rings.
  void receive(const sip::IncomingCall& incoming);
  // Errc::service_unavailable: no port for its media, or too many calls.
  Result<> dial(sip::UserAgent& agent, sip::InviteOptions options);

  // What a person does. Errc::wrong_state where the call is not so far, or further.
  Result<> answer();
  Result<> decline();
  Result<> hang_up();
  Result<> press(std::string digits);

  // Instants are Clock::elapsed().
  std::optional<Micros> next_deadline() const { return deadline_; }
  void on_time();

 private:
  // sip::CallEvents
  void on_provisional(const sip::SipMessage&) override {}
  void on_answered(const sip::SipMessage& response) override;
  void on_acknowledged(std::string_view sdp) override;
  std::string on_offer(std::string_view sdp) override;
  void on_reinvited(int, std::string_view) override {}
  void on_digit(char digit, int) override;
  void on_ended(const sip::CallEnd& end) override;

  Result<> open_media();
  void set_remote(const sdp::Audio& theirs);
  void begin();
  void echo();
  void refuse(int code, CallStatus status);
  CallStatus status_of(const sip::CallEnd& end) const;
  bool rings() const { return record_->status == CallStatus::ringing; }
  void wait(Micros at_most);

  Switchboard& board_;
  PhoneSettings settings_;
  RecordPtr record_;
  std::shared_ptr<sip::Call> call_;  // the agent has it too, until it ends
  std::string offer_;                // theirs, until we answer
  sdp::Local local_;
  std::optional<rtp_io::StreamId> stream_, echo_;
  bool begun_ = false;
  std::optional<CallStatus> fate_;  // what we did that ends it
  std::optional<Micros> deadline_;
};

}  // namespace cloudvno::phones
