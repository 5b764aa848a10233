// What the owner of a call is told, and what it gives to begin one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/sip/digest_client.hpp"
#include "protocol/sip/message.hpp"
#include "protocol/sip/transport.hpp"

namespace cloudvno::sip {

struct CallEnd {
  enum class By { local, remote, fault };  // fault: time-out, no way there, session not refreshed
  By by = By::fault;
  // The final response that ended it before it was answered; 0 after a BYE.
  int code = 0;
  std::string reason;
  // The message that ended it (Reason, Contact, Retry-After …); null where none came.
  const SipMessage* message = nullptr;
};

// Each is told out of the call that caused it and may call the Call again. Bodies are SDP or empty.
class CallEvents {
 public:
  virtual ~CallEvents() = default;
  // Caller. 18x of any branch of a fork (their To tags differ); message.sdp() is early media.
  virtual void on_provisional(const SipMessage& response) = 0;
  // Caller: the first 2xx.
  virtual void on_answered(const SipMessage& response) = 0;
  // Callee: the ACK of the answer; `sdp` answers where the 2xx carried the offer.
  virtual void on_acknowledged(std::string_view sdp) = 0;
  // A re-INVITE or UPDATE offers; what is returned answers, "" refuses (488) and changes nothing.
  // An empty offer asks for one of ours, which on_acknowledged answers.
  virtual std::string on_offer(std::string_view sdp) = 0;
  // What became of reinvite(): 200 with the answer, or a refusal that changed nothing.
  virtual void on_reinvited(int status, std::string_view sdp) = 0;
  // A digit of application/dtmf-relay or application/dtmf; duration 0: not said.
  virtual void on_digit(char digit, int duration_ms) = 0;
  // Once, and the last.
  virtual void on_ended(const CallEnd& end) = 0;
};

struct InviteOptions {
  Uri target;                            // Request-URI
  std::optional<Peer> hop;               // where it goes to; else where the target points to
  Transport transport = Transport::udp;  // where neither says
  std::string from_uri;
  std::string from_display;
  std::string to_uri;             // empty: the target
  std::string asserted_identity;  // P-Asserted-Identity (RFC 3325), as it stands in the header
  std::vector<Header> headers;    // X-…, User-to-User
  std::string sdp;
  std::optional<Credentials> credentials;
  std::uint32_t session_expires = 0;  // seconds; 0: no session timer of ours
  // A request over 1,300 bytes goes by TCP (RFC 3261 section 18.1.1), and by UDP after all where
  // TCP does not get there.
  bool large_by_tcp = true;
  Micros patience = std::chrono::minutes(3);  // for a final response, from the start
};

}  // namespace cloudvno::sip
