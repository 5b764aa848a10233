// One conversation from bind to unbind, and the same with a failure after each of its steps.
#include <gmock/gmock.h>

#include <functional>

#include "protocol/smpp/testing/conversation.hpp"
#include "protocol/smpp/testing/samples.hpp"

namespace cloudvno::smpp {
namespace {

using namespace std::chrono_literals;
using namespace testing::samples;
using enum CommandStatus;
using testing::Conversation;
using ::testing::ElementsAre;

using Step = std::function<void(Conversation&)>;

// Bind, two submits of which one is answered, a deliver, a link check, the end.
const std::vector<Step> whole_life = {
    [](Conversation& talk) { talk.machine().bind(bind_request, talk.now()); },
    [](Conversation& talk) { EXPECT_THAT(talk.output(), ElementsAre(ok(1, bind_request))); },
    [](Conversation& talk) { talk.feed(ok(1, bind_resp)); },
    [](Conversation& talk) { talk.send("a", submit("a")); },
    [](Conversation& talk) { EXPECT_THAT(talk.output(), ElementsAre(ok(2, submit("a")))); },
    [](Conversation& talk) { talk.send("b", submit("b")); },
    [](Conversation& talk) { talk.feed(ok(9, deliver())); },
    [](Conversation& talk) { EXPECT_THAT(talk.output(), ElementsAre(ok(3, submit("b")))); },
    [](Conversation& talk) { talk.feed(ok(2, SubmitSmResp{"1", {}})); },
    [](Conversation& talk) { talk.machine().respond(9, ESME_ROK, DeliverSmResp{}, talk.now()); },
    [](Conversation& talk) { EXPECT_THAT(talk.output(), ElementsAre(ok(9, DeliverSmResp{}))); },
    [](Conversation& talk) { talk.pass(30s); },
    [](Conversation& talk) { EXPECT_THAT(talk.output(), ElementsAre(ok(4, EnquireLink{}))); },
    [](Conversation& talk) { talk.feed(ok(4, EnquireLinkResp{})); },
    [](Conversation& talk) { talk.feed(ok(3, SubmitSmResp{"2", {}})); },
    [](Conversation& talk) { talk.machine().close(talk.now()); },
    [](Conversation& talk) { EXPECT_THAT(talk.output(), ElementsAre(ok(5, Unbind{}))); },
    [](Conversation& talk) { talk.feed(ok(5, UnbindResp{})); },
};
constexpr std::size_t sends_a = 3, sends_b = 5;

struct Failure {
  std::string name;
  Step strike;
};
const std::vector<Failure> failures = {
    {"lost", [](Conversation& talk) { talk.machine().connection_lost(talk.now()); }},
    {"aborted", [](Conversation& talk) { talk.machine().abort(talk.now()); }},
    {"garbage",
     [](Conversation& talk) {
       talk.feed(from_hex("00000000").value());
       talk.output();
     }},
    {"silence",
     [](Conversation& talk) {
       talk.output();
       talk.pass(10min);
     }},
    {"half a PDU",
     [](Conversation& talk) {
       talk.feed(from_hex("000000").value());
       talk.pass(10min);
     }},
    {"unbound by the peer",
     [](Conversation& talk) {
       talk.feed(ok(50, Unbind{}));
       talk.output();
       if (talk.machine().state() != SessionState::closed) talk.machine().abort(talk.now());
     }},
};

TEST(SmppSession, SettlesEachRequestOnceWhateverFailsAfterWhicheverStep) {
  for (const Failure& failure : failures) {
    for (std::size_t steps = 1; steps <= whole_life.size(); ++steps) {
      SCOPED_TRACE(failure.name + " after step " + std::to_string(steps));
      Conversation talk(Role::esme, {});
      for (std::size_t step = 0; step < steps; ++step) whole_life[step](talk);
      failure.strike(talk);
      EXPECT_EQ(talk.machine().state(), SessionState::closed);
      EXPECT_EQ(talk.machine().next_deadline(), std::nullopt);
      EXPECT_FALSE(talk.machine().wants_input());
      std::size_t sent = steps > sends_b ? 2 : steps > sends_a ? 1 : 0;
      EXPECT_EQ(talk.settled.size(), sent);
      talk.machine().connection_lost(talk.now());
      EXPECT_EQ(talk.settled.size(), sent);
    }
  }
}

}  // namespace
}  // namespace cloudvno::smpp
