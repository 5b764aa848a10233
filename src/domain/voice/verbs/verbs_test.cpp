// Verbs, by the attribute tables of the TwiML reference.
#include <gmock/gmock.h>

#include "domain/voice/testing/voice_test_base.hpp"
#include "protocol/media/wav.hpp"

namespace cloudvno::voice {
namespace {

using ::testing::ElementsAre;
using testing::FakeTelephone;
using ::testing::IsEmpty;
using testing::VoiceTest;
using namespace std::chrono_literals;
namespace json = boost::json;

class VerbsTest : public VoiceTest {
 protected:
  // The document of a call that is answered; what its action URL answers ends it.
  FakeTelephone::Peer& run(const std::string& xml) {
    app_.put("https://app.example/doc", xml);
    app_.put("https://app.example/action", "<Say>Done</Say>");
    const auto next = phone_.peers.size();
    made_ = call({}, {{"url", "https://app.example/doc"}});
    return answered(next);
  }
  // The action's request; empty: there was none.
  std::string action() {
    for (const auto& one : app_.asked) {
      if (one.url.ends_with("/action")) return one.body;
    }
    return {};
  }
  std::string action_field(std::string_view name) { return field(action(), name); }
  void until_action() {
    until([&] { return !action().empty(); });
  }
  json::object made_;
};

// | Say loop | int; 0 = until hang-up | 1 |
TEST_F(VerbsTest, SayRepeats) {
  auto& other = run("<Say loop='3' voice='alice' language='en-GB'>Hi</Say><Say loop='0'>You</Say>");
  until_status(made_, "completed");
  ASSERT_EQ(other.played.size(), 2u);
  EXPECT_EQ(other.played[0].second, 3);
  EXPECT_EQ(other.played[1].second, 1'000);
  EXPECT_EQ(speech_.spoken[0].voice, "alice");
  EXPECT_EQ(speech_.spoken[0].language, "en-GB");
}

TEST_F(VerbsTest, PlayFetchesASoundAndSendsDigits) {
  http::Response sound;
  sound.body = "sound800";
  app_.pages["https://app.example/a.wav"] = sound;
  auto& other = run("<Play loop='2'>a.wav</Play><Play digits='12w#'/><Play>none.wav</Play>");
  until_status(made_, "completed");
  ASSERT_EQ(other.played.size(), 1u);
  EXPECT_EQ(other.played[0].first->size(), 800u);
  EXPECT_EQ(other.played[0].second, 2);
  EXPECT_EQ(other.digits, "12w#");
  EXPECT_THAT(notifications(made_), ElementsAre(11205));
}

TEST_F(VerbsTest, PlayAsksOnceForASoundThatMayBeKept) {
  http::Response sound;
  sound.body = "sound800";
  sound.headers.add("Cache-Control", "public, max-age=600");
  app_.pages["https://app.example/kept.wav"] = sound;
  sound.headers.set("Cache-Control", "no-store");
  app_.pages["https://app.example/fresh.wav"] = sound;
  const auto asked = [&](std::string_view url) {
    return std::ranges::count(app_.asked, url, &DocumentRequest::url);
  };
  run("<Play>kept.wav</Play><Play>kept.wav</Play><Play>fresh.wav</Play><Play>fresh.wav</Play>");
  until_status(made_, "completed");
  EXPECT_EQ(asked("https://app.example/kept.wav"), 1);
  EXPECT_EQ(asked("https://app.example/fresh.wav"), 2);
  pass(600s);
  run("<Play>kept.wav</Play>");
  until_status(made_, "completed");
  EXPECT_EQ(asked("https://app.example/kept.wav"), 2);
}

// | numDigits | int >= 1 | unlimited |
TEST_F(VerbsTest, GatherEndsOnTheNumberOfDigits) {
  auto& other = run("<Gather numDigits='3' action='/action'><Say>Your code</Say></Gather>");
  phone_.press(other, "1234");
  until_action();
  EXPECT_EQ(action_field("Digits"), "123");
}

// | finishOnKey | one of 0-9 # *, or empty | # (not in Digits) |
TEST_F(VerbsTest, GatherEndsOnItsKey) {
  auto& other = run("<Gather action='/action'/>");
  phone_.press(other, "42#");
  until_action();
  EXPECT_EQ(action_field("Digits"), "42");
  EXPECT_EQ(action_field("FinishedOnKey"), "#");
}

// | timeout | s > 0 | 5; starts after nested verbs, restarts per key |
TEST_F(VerbsTest, GatherEndsWhenNoKeyFollows) {
  auto& other = run("<Gather action='/action' timeout='4'/>");
  pass(3s);
  phone_.press(other, "1");
  settle();
  pass(3s);
  phone_.press(other, "2");
  settle();
  pass(3s);
  EXPECT_EQ(action(), "");
  pass(1s);
  until_action();
  EXPECT_EQ(action_field("Digits"), "12");
}

TEST_F(VerbsTest, GatherFallsThroughWithoutAKey) {
  auto& other = run("<Gather action='/action' timeout='2'/><Say>Nobody</Say>");
  pass(2s);
  until_status(made_, "completed");
  EXPECT_EQ(action(), "");
  EXPECT_EQ(other.played.size(), 1u);
}

TEST_F(VerbsTest, GatherTellsItsActionOfNothing) {
  run("<Gather action='/action' timeout='2' actionOnEmptyResult='true'/>");
  pass(2s);
  until_action();
  EXPECT_EQ(action_field("Digits"), "");
}

TEST_F(VerbsTest, AKeyStopsWhatIsHeardInGather) {
  app_.put("https://app.example/doc",
           "<Gather numDigits='1' action='/action'><Say>Long</Say><Say>Longer</Say></Gather>");
  app_.put("https://app.example/action", "<Hangup/>");
  made_ = call({}, {{"url", "https://app.example/doc"}});
  auto& other = peer(0);
  other.plays_end = false;
  phone_.answer(other);
  settle();
  EXPECT_EQ(other.played.size(), 1u);
  phone_.press(other, "7");
  until_action();
  EXPECT_EQ(other.played.size(), 1u);
  EXPECT_EQ(action_field("Digits"), "7");
}

TEST_F(VerbsTest, RecordTellsItsAction) {
  auto& other =
      run("<Record action='/action' maxLength='30' finishOnKey='#' "
          "recordingStatusCallback='https://app.example/recorded'/>");
  ASSERT_TRUE(other.recording);
  EXPECT_EQ(other.recording->max_length, 30s);
  EXPECT_EQ(other.recording->silence_timeout, 5s);
  EXPECT_TRUE(other.recording->beep);
  EXPECT_EQ(other.recording->track, Track::inbound);
  for (int i = 0; i < 6; ++i) phone_.speak(other, std::vector<std::int16_t>(4'000, 7));
  phone_.end_recording(other, {RecordingEnd::Why::digit, '#', 500ms, 0ms});
  until_action();
  EXPECT_EQ(action_field("Digits"), "#");
  EXPECT_EQ(action_field("RecordingDuration"), "3");
  const auto sid = action_field("RecordingSid");
  EXPECT_EQ(action_field("RecordingUrl"), "https://host/v1/recordings/" + sid);
  until([&] { return get("/v1/recordings/" + sid).at("status") == "completed"; });
  const auto recording = get("/v1/recordings/" + sid);
  EXPECT_EQ(recording.at("source"), "RecordVerb");
  EXPECT_EQ(recording.at("duration"), 3);

  const auto file = request("GET", "/v1/recordings/" + sid + ".wav");
  EXPECT_EQ(file.status, 200);
  // Half a second of silence is left out.
  EXPECT_EQ(file.body.size(), media::wav_header_size + 2 * (6 * 4'000 - 4'000));
  EXPECT_EQ(file.body.substr(0, 4), "RIFF");
  http::Headers range;
  range.add("Range", "bytes=40-47");
  const auto part = request("GET", "/v1/recordings/" + sid + ".wav", {}, range);
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, file.body.substr(40, 8));
  EXPECT_EQ(part.headers.value("Content-Range"),
            fmt::format("bytes 40-47/{}", media::wav_header_size + 40'000));
  EXPECT_EQ(request("GET", "/v1/recordings/" + sid + ".mp3").body, "mp3 of 20000/1");
  EXPECT_EQ(request("GET", "/v1/recordings/" + sid + ".ogg").status, 404);

  settle();
  EXPECT_EQ(told("RecordingStatus"), "completed");
  const auto of_call = get("/v1/calls/" + std::string(made_.at("sid").as_string()) + "/recordings");
  EXPECT_EQ(of_call.at("data").as_array().size(), 1u);
  EXPECT_EQ(request("DELETE", "/v1/recordings/" + sid).status, 204);
  EXPECT_EQ(request("GET", "/v1/recordings/" + sid + ".wav").status, 404);
}

TEST_F(VerbsTest, RecordTellsItsActionThatTheCallerHungUp) {
  auto& other = run("<Record action='/action'/>");
  phone_.speak(other, std::vector<std::int16_t>(8'000, 7));
  phone_.hang_up(other);
  until_action();
  EXPECT_EQ(action_field("Digits"), "hangup");
  until_status(made_, "completed");
  EXPECT_THAT(other.played, IsEmpty()) << "what the action answers is for nothing";
}

TEST_F(VerbsTest, RecordFallsThroughWhereNothingWasHeard) {
  auto& other = run("<Record action='/action'/><Say>Silence</Say>");
  phone_.end_recording(other, {RecordingEnd::Why::silence, 0, 0ms, 0ms});
  until_status(made_, "completed");
  EXPECT_EQ(action(), "");
  EXPECT_EQ(other.played.size(), 1u);
}

TEST_F(VerbsTest, DialConnectsTheFirstThatAnswers) {
  auto& caller =
      run("<Dial action='/action' timeout='20'><Number>+12015550101</Number>"
          "<Number statusCallback='https://app.example/child' "
          "statusCallbackEvent='answered completed'>+12015550102</Number></Dial>");
  auto& first = peer(1);
  auto& second = peer(2);
  EXPECT_EQ(first.order.from, from_);
  EXPECT_EQ(second.order.to, "+12015550102");
  phone_.ring(first);
  phone_.answer(second);
  until([&] { return caller.connected == &second; });
  until([&] { return first.ended; });
  pass(90s);
  phone_.hang_up(second);
  until_action();
  EXPECT_EQ(action_field("DialCallStatus"), "completed");
  EXPECT_EQ(action_field("DialCallDuration"), "90");
  EXPECT_EQ(action_field("DialBridged"), "true");
  EXPECT_EQ(caller.connected, nullptr);
  until_status(made_, "completed");
  const auto child = get("/v1/calls/" + action_field("DialCallSid"));
  EXPECT_EQ(child.at("direction"), "outbound-dial");
  EXPECT_EQ(child.at("parent_call_sid"), made_.at("sid"));
  EXPECT_EQ(child.at("status"), "completed");
  EXPECT_EQ(child.at("duration"), 90);
  settle();
  EXPECT_EQ(told(), "in-progress completed");
  EXPECT_EQ(get("/v1/calls?parent_call_sid=" + std::string(made_.at("sid").as_string()))
                .at("data")
                .as_array()
                .size(),
            2u);
}

TEST_F(VerbsTest, DialGoesOnWhereNobodyAnswers) {
  auto& caller = run("<Dial action='/action'>+12015550101</Dial>");
  phone_.end(peer(1), EndReason::busy, 486);
  until_action();
  EXPECT_EQ(action_field("DialCallStatus"), "busy");
  EXPECT_EQ(action_field("DialSipResponseCode"), "486");
  EXPECT_EQ(action_field("DialBridged"), "false");
  until_status(made_, "completed");
  EXPECT_GE(caller.played.size(), 2u) << "a ringback, then the action's document";
}

TEST_F(VerbsTest, TheCallerHearsATelephoneThatSoundsWhileItRings) {
  auto& caller =
      run("<Dial action='/action' sequential='true'><Number>+12015550101</Number>"
          "<Number>+12015550102</Number></Dial>");
  phone_.ring(peer(1), true);
  until([&] { return caller.connected == &peer(1); });
  phone_.end(peer(1), EndReason::busy, 486);
  auto& second = peer(2);
  EXPECT_EQ(caller.connected, nullptr);
  EXPECT_EQ(caller.played.size(), 2u) << "the ringback again";
  phone_.ring(second, true);
  until([&] { return caller.connected == &second; });
  phone_.answer(second);
  settle();
  EXPECT_EQ(caller.connected, &second);
  phone_.hang_up(second);
  until_action();
  EXPECT_EQ(action_field("DialCallStatus"), "completed");
}

TEST_F(VerbsTest, OfSeveralThatRingNoneIsHeard) {
  auto& caller =
      run("<Dial action='/action'><Number>+12015550101</Number><Number>+12015550102</Number>"
          "</Dial>");
  auto& second = peer(2);
  phone_.ring(peer(1), true);
  settle();
  EXPECT_EQ(caller.connected, nullptr);
  phone_.answer(second);
  until([&] { return caller.connected == &second; });
}

TEST_F(VerbsTest, DialGivesUpAfterItsTimeout) {
  run("<Dial action='/action' timeout='10'>+12015550101</Dial>");
  phone_.ring(peer(1));
  settle();
  pass(10s);
  until_action();
  EXPECT_EQ(action_field("DialCallStatus"), "no-answer");
}

TEST_F(VerbsTest, DialEndsWithTheCaller) {
  auto& caller = run("<Dial action='/action'>+12015550101</Dial>");
  auto& callee = peer(1);
  phone_.answer(callee);
  until([&] { return caller.connected == &callee; });
  phone_.hang_up(caller);
  until([&] { return callee.ended; });
  until_action();
  until_status(made_, "completed");
}

TEST_F(VerbsTest, DialEndsAtItsTimeLimitAndOnStar) {
  auto& caller =
      run("<Dial timeLimit='60'>+12015550101</Dial><Dial hangupOnStar='true'>+12015550102</Dial>");
  phone_.answer(peer(1));
  until([&] { return caller.connected != nullptr; });
  pass(60s);
  phone_.answer(peer(2));
  until([&] { return caller.connected == &peer(2); });
  phone_.press(caller, "1*");
  until_status(made_, "completed");
}

TEST_F(VerbsTest, DialInTurn) {
  run("<Dial action='/action' sequential='true'><Number>+12015550101</Number>"
      "<Number>+12015550102</Number></Dial>");
  auto& first = peer(1);
  settle();
  EXPECT_EQ(phone_.peers.size(), 2u);
  phone_.end(first, EndReason::no_answer, 480);
  phone_.answer(peer(2));
  until([&] { return phone_.peer(0).connected == &phone_.peer(2); });
}

TEST_F(VerbsTest, AWhisperIsHeardBeforeTheLegsAreConnected) {
  app_.put("https://app.example/whisper", "<Say>A call for you</Say><Dial>+12015550103</Dial>");
  auto& caller = run("<Dial><Number url='whisper'>+12015550101</Number></Dial>");
  auto& callee = peer(1);
  callee.plays_end = false;
  phone_.answer(callee);
  settle();
  ASSERT_EQ(callee.played.size(), 1u);
  EXPECT_EQ(caller.connected, nullptr);
  phone_.end_play(callee);
  until([&] { return caller.connected == &callee; });
  EXPECT_EQ(phone_.peers.size(), 2u) << "no Dial in a whisper";
}

TEST_F(VerbsTest, AWhisperMayDropTheLeg) {
  app_.put("https://app.example/whisper", "<Hangup/>");
  auto& caller = run("<Dial action='/action'><Number url='whisper'>+12015550101</Number></Dial>");
  phone_.answer(peer(1));
  until_action();
  EXPECT_EQ(action_field("DialCallStatus"), "no-answer");
  EXPECT_EQ(caller.connected, nullptr);
}

TEST_F(VerbsTest, AnIncomingCallRingsUntilTheBridge) {
  app_.put("https://app.example/voice",
           "<Dial answerOnBridge='true' record='record-from-answer-dual'>+12015550101</Dial>");
  auto& caller = ring_in();
  auto& callee = peer(1);
  EXPECT_EQ(callee.order.from, "+12015550100") << "the caller's own number goes through";
  EXPECT_FALSE(caller.answered);
  phone_.answer(callee);
  until([&] { return caller.connected == &callee; });
  EXPECT_TRUE(caller.answered);
  ASSERT_TRUE(caller.recording);
  EXPECT_EQ(caller.recording->channels, 2);
}

// callerId: of the account, or of this call (13214).
TEST_F(VerbsTest, DialRefusesACallerIdThatIsSomebodyElses) {
  run("<Dial callerId='+14155550142' action='/action'>+12015550101</Dial>");
  until_action();
  EXPECT_EQ(action_field("DialCallStatus"), "failed");
  EXPECT_EQ(phone_.peers.size(), 1u);
  EXPECT_THAT(notifications(made_), ElementsAre(13214));
}

TEST_F(VerbsTest, DialCallsASipAddressWithHeaders) {
  run("<Dial><Sip username='u' password='p'>sip:bob@pbx.example;transport=tcp?X-Case=7&amp;Evil=1"
      "</Sip></Dial>");
  auto& callee = peer(1);
  EXPECT_EQ(callee.order.to, "sip:bob@pbx.example;transport=tcp");
  EXPECT_EQ(callee.order.username, "u");
  ASSERT_EQ(callee.order.headers.size(), 1u);
  EXPECT_EQ(callee.order.headers[0].first, "X-Case");
}

TEST_F(VerbsTest, RejectAndUnknownNounsLeaveANotification) {
  run("<Reject/>");
  until_status(made_, "completed");
  EXPECT_THAT(notifications(made_), ElementsAre(12200));
  run("<Dial/><Dial>+1</Dial>");
  until_status(made_, "completed");
  EXPECT_THAT(notifications(made_), ElementsAre(13201, 13223, 13201));
}

}  // namespace
}  // namespace cloudvno::voice
