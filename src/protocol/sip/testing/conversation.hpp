// A user agent on a clock moved by hand, and the messages of the other side.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "protocol/sip/user_agent.hpp"

namespace cloudvno::sip::testing {

// Notes what a call tells, one line each: "provisional 180", "answered", "ended remote 486".
class RecordedEvents final : public CallEvents {
 public:
  std::vector<std::string> lines;
  std::string answer_to_offers = "v=answer";
  // Run within on_acknowledged and on_offer, where set.
  std::function<void()> meanwhile;

  void on_provisional(const SipMessage& response) override;
  void on_answered(const SipMessage& response) override;
  void on_acknowledged(std::string_view sdp) override;
  std::string on_offer(std::string_view sdp) override;
  void on_reinvited(int status, std::string_view sdp) override;
  void on_digit(char digit, int duration_ms) override;
  void on_ended(const CallEnd& end) override;

  std::vector<std::string> take() { return std::exchange(lines, {}); }
};

class Conversation final : public Wire {
 public:
  explicit Conversation(UserAgentOptions options = {}, Transport transport = Transport::udp);

  // ---- our side ----
  RecordedEvents events;
  std::shared_ptr<Call> call;  // of start_call(), or the last that came
  InviteOptions invite_options() const;
  void start_call() { call = agent.invite(invite_options(), events); }
  void start_call(InviteOptions options) { call = agent.invite(std::move(options), events); }

  // What was sent since the last look, one word each: "INVITE", "200 INVITE".
  std::vector<std::string> output();
  // The last sent one with such a word, whole; it is an error if there is none.
  SipMessage last(std::string_view word) const;
  bool has_sent(std::string_view word) const;
  const Peer& last_target() const { return last_target_; }

  // ---- the other side ----
  void feed(const std::string& bytes) { agent.received(bytes, peer); }
  // Answers our last request of the method; `more` are whole header lines.
  void answer(std::string_view method, int status, std::string_view tag = "peer",
              std::string_view sdp = {}, std::string_view more = {});
  // A new INVITE of the other side, and its later requests in the dialog with our last call.
  std::string invite(std::string_view branch = "z9hG4bKi1", std::string_view more = {},
                     std::string_view sdp = "v=offer") const;
  std::string request(std::string_view method, int cseq, std::string_view sdp = {},
                      std::string_view more = {}, std::string_view type = "application/sdp") const;
  std::string cancel(std::string_view branch = "z9hG4bKi1") const;

  // Time passes, with all that is due on the way.
  void pass(Micros time);

  void send(const Peer& to, std::string_view bytes, std::uint64_t tag) override;
  void wake_at(Micros) override {}

  Peer peer;
  ManualClock clock;
  std::vector<std::uint64_t> tags;
  AgentHandlers handlers;  // before the first request
  UserAgent agent;

 private:
  std::vector<std::string> words_;
  std::vector<std::pair<std::string, SipMessage>> sent_;
  Peer last_target_;
};

}  // namespace cloudvno::sip::testing
