// A whole call of each side, and the same with a failure after each of its steps: it ends once, and
// nothing of it stays.
#include <gmock/gmock.h>

#include <functional>

#include "protocol/sip/testing/conversation.hpp"

namespace cloudvno::sip {
namespace {

using namespace std::chrono_literals;
using testing::Conversation;

using Step = std::function<void(Conversation&)>;

// With it a call has an end, though nobody says a word.
constexpr std::string_view session = "Supported: timer\r\nSession-Expires: 1800;refresher=uac\r\n";

// Asked who it is, rings, is answered, holds, is asked for a digit, hangs up.
const std::vector<Step> outgoing = {
    [](Conversation& talk) {
      InviteOptions options = talk.invite_options();
      options.credentials = Credentials{"alice", "secret"};
      options.session_expires = 1'800;
      talk.start_call(options);
    },
    [](Conversation& talk) {
      talk.answer("INVITE", 407, "proxy", {},
                  "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n");
    },
    [](Conversation& talk) { talk.answer("INVITE", 100); },
    [](Conversation& talk) { talk.answer("INVITE", 183, "peer", "v=early"); },
    [](Conversation& talk) { talk.answer("INVITE", 200, "peer", "v=answer", session); },
    [](Conversation& talk) { talk.call->reinvite("v=hold"); },
    [](Conversation& talk) { talk.answer("INVITE", 491); },
    [](Conversation& talk) { talk.pass(5s); },
    [](Conversation& talk) { talk.answer("INVITE", 200, "peer", "v=held", session); },
    [](Conversation& talk) { talk.feed(talk.request("INVITE", 1, "v=theirs")); },
    [](Conversation& talk) { talk.feed(talk.request("ACK", 1)); },
    [](Conversation& talk) { talk.call->send_digit('1'); },
    [](Conversation& talk) { talk.call->hang_up(); },
    [](Conversation& talk) { talk.answer("BYE", 200); },
};
constexpr std::size_t outgoing_answered = 5;  // steps until then

const std::vector<Step> incoming = {
    [](Conversation& talk) {
      talk.feed(talk.invite("z9hG4bKi1", "Supported: timer\r\nSession-Expires: 1800\r\n"));
    },
    [](Conversation& talk) { talk.call->ring(); },
    [](Conversation& talk) { talk.call->ring(183, "v=early"); },
    [](Conversation& talk) { talk.call->answer("v=answer"); },
    [](Conversation& talk) { talk.feed(talk.request("ACK", 1)); },
    [](Conversation& talk) { talk.feed(talk.request("UPDATE", 2, "v=hold", session)); },
    [](Conversation& talk) { talk.call->reinvite("v=back"); },
    [](Conversation& talk) { talk.answer("INVITE", 200, "peer", "v=ok", session); },
    [](Conversation& talk) { talk.feed(talk.request("BYE", 3)); },
};
constexpr std::size_t incoming_answered = 4;

struct Failure {
  std::string name;
  Step strike;
  bool needs_dialog = false;
};
const std::vector<Failure> failures = {
    {"silence", [](Conversation&) {}},
    {"closed", [](Conversation& talk) { talk.agent.close(); }},
    {"hung up", [](Conversation& talk) { talk.call->hang_up(); }},
    {"hung up twice",
     [](Conversation& talk) {
       talk.call->hang_up();
       talk.call->hang_up();
     }},
    {"sending fails",
     [](Conversation& talk) {
       auto tags = talk.tags;
       for (std::uint64_t tag : tags) talk.agent.send_failed(tag);
     }},
    {"garbage",
     [](Conversation& talk) {
       talk.feed("\r\n\r\n");
       talk.feed(std::string(3'000, 'x'));
       talk.feed("BYE sip:us SIP/2.0\r\n\r\n");
     }},
    {"refused all over",
     [](Conversation& talk) {
       for (std::string method : {"INVITE", "BYE", "INFO"})
         if (talk.has_sent(method)) talk.answer(method, 500);
     }},
    {"BYE of the other side", [](Conversation& talk) { talk.feed(talk.request("BYE", 90)); }, true},
    {"lost", [](Conversation& talk) { talk.call->send_digit('2'), talk.answer("INFO", 481); },
     true},
};

void play(const std::vector<Step>& script, std::size_t answered) {
  for (const Failure& failure : failures) {
    for (std::size_t steps = 1; steps <= script.size(); ++steps) {
      if (failure.needs_dialog && (steps < answered || steps + 2 > script.size())) continue;
      SCOPED_TRACE(failure.name + " after step " + std::to_string(steps));
      Conversation talk;
      for (std::size_t step = 0; step < steps; ++step) script[step](talk);
      failure.strike(talk);
      talk.pass(2h);  // the session's end is the last
      EXPECT_EQ(talk.call->state(), Call::State::ended);
      EXPECT_EQ(
          std::ranges::count_if(talk.events.lines,
                                [](const std::string& line) { return line.starts_with("ended"); }),
          1);
      EXPECT_TRUE(talk.events.lines.back().starts_with("ended"));
      EXPECT_EQ(talk.agent.calls(), 0u);
      EXPECT_EQ(talk.agent.transactions(), 0u);
      EXPECT_EQ(talk.agent.next_deadline(), std::nullopt);
    }
  }
}

TEST(SipFailures, EndAnOutgoingCallOnce) {
  play(outgoing, outgoing_answered);
}

TEST(SipFailures, EndAnIncomingCallOnce) {
  play(incoming, incoming_answered);
}

}  // namespace
}  // namespace cloudvno::sip
