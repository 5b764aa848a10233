// Whole lives of calls.
#include "domain/voice/voice.hpp"

#include <gmock/gmock.h>

#include "domain/voice/testing/voice_test_base.hpp"

namespace cloudvno::voice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::VoiceTest;
using namespace std::chrono_literals;
namespace json = boost::json;

TEST_F(VoiceTest, MakesACallThatRingsIsAnsweredSpeaksAndEnds) {
  const auto made = call(
      "<Say>Hello</Say>",
      {{"status_callback", "https://app.example/status"},
       {"status_callback_event", json::array{"initiated", "ringing", "answered", "completed"}}});
  EXPECT_EQ(made.at("status"), "queued");
  EXPECT_EQ(made.at("direction"), "outbound-api");
  auto& other = peer(0);
  EXPECT_EQ(other.order.to, "+12015550100");
  EXPECT_EQ(other.order.from, from_);
  EXPECT_EQ(other.order.trunk, "sandbox");
  phone_.ring(other);
  until_status(made, "ringing");
  phone_.answer(other);
  until_status(made, "completed");
  ASSERT_EQ(other.played.size(), 1u);
  EXPECT_EQ(other.played[0].first->size(), 5u);
  const auto call = read(made);
  EXPECT_EQ(call.at("duration"), 0);
  EXPECT_FALSE(call.at("start_time").is_null());
  EXPECT_EQ(call.at("quality").at("packets"), 100);
  settle();
  EXPECT_EQ(told(), "initiated ringing in-progress completed");
  EXPECT_EQ(told("SequenceNumber"), "1 2 3 4");
  EXPECT_EQ(callback_field(3, "CallbackSource"), "call-progress-events");
  EXPECT_EQ(callback_field(3, "CallDuration"), "0");
}

TEST_F(VoiceTest, ChargesMinutesThatBegan) {
  const auto made = call("<Pause length='61'/>");
  answered(0);
  until_status(made, "in-progress");
  pass(61s);
  until_status(made, "completed");
  EXPECT_EQ(read(made).at("duration"), 61);
  EXPECT_EQ(read(made).at("price"), "0.02");
}

struct Ending {
  EndReason reason;
  int sip_code;
  const char* status;
};
class Endings : public VoiceTest, public ::testing::WithParamInterface<Ending> {};
TEST_P(Endings, OfACallThatIsNotAnswered) {
  const auto made = call("<Say>Hello</Say>");
  phone_.end(peer(0), GetParam().reason, GetParam().sip_code);
  until_status(made, GetParam().status);
  EXPECT_EQ(read(made).at("sip_response_code"), GetParam().sip_code);
  EXPECT_TRUE(read(made).at("price").is_null());
}
INSTANTIATE_TEST_SUITE_P(Voice, Endings,
                         ::testing::Values(Ending{EndReason::busy, 486, "busy"},
                                           Ending{EndReason::declined, 603, "no-answer"},
                                           Ending{EndReason::no_answer, 408, "no-answer"},
                                           Ending{EndReason::unreachable, 404, "failed"}));

TEST_F(VoiceTest, GivesUpWhereNobodyAnswersInTime) {
  const auto made = call("<Say>Hello</Say>", {{"timeout", 10}});
  phone_.ring(peer(0));
  until_status(made, "ringing");
  pass(11s);
  until_status(made, "no-answer");
}

TEST_F(VoiceTest, EndsACallAtItsTimeLimit) {
  const auto made = call("<Pause length='100'/>", {{"time_limit", 20}});
  answered(0);
  until_status(made, "in-progress");
  pass(20s);
  until_status(made, "completed");
  EXPECT_EQ(read(made).at("duration"), 20);
}

TEST_F(VoiceTest, CancelsACallThatRings) {
  const auto made = call("<Say>Hello</Say>");
  phone_.ring(peer(0));
  until_status(made, "ringing");
  const auto path = "/v1/calls/" + std::string(made.at("sid").as_string());
  EXPECT_EQ(request("POST", path, {{"status", "canceled"}}).status, 200);
  until_status(made, "canceled");
  EXPECT_EQ(request("POST", path, {{"status", "completed"}}).status, 409);
}

TEST_F(VoiceTest, TakesNewInstructionsWhileACallRuns) {
  app_.put("https://app.example/new", "<Say>A new day</Say>");
  const auto made = call("<Pause length='100'/><Say>Never</Say>");
  auto& other = answered(0);
  until_status(made, "in-progress");
  const auto path = "/v1/calls/" + std::string(made.at("sid").as_string());
  EXPECT_EQ(request("POST", path, {{"status", "canceled"}}).status, 409);
  EXPECT_EQ(request("POST", path, {{"url", "https://app.example/new"}}).status, 200);
  until_status(made, "completed");
  ASSERT_EQ(other.played.size(), 1u);
  EXPECT_EQ(other.played[0].first->size(), 9u);
}

class WaitingCallsTest : public VoiceTest {
 protected:
  // One call at a time.
  WaitingCallsTest() {
    end();
    EXPECT_TRUE(db_->transact_now([&](storage::Transaction& tx) -> Result<> {
      tx.run("UPDATE account SET rate_limited = $1", true);
      return {};
    }));
    limits_.concurrent = 1;
    start();
    first_ = call("<Pause length='60'/>");
    answered(0);
    second_ = call("<Say>Later</Say>");
    settle();
  }
  int order_second(json::object what) {
    return request("POST", "/v1/calls/" + std::string(second_.at("sid").as_string()), what).status;
  }

  json::object first_;
  json::object second_;
};

TEST_F(WaitingCallsTest, EndsACallThatWaitsForItsTurnWithoutDiallingIt) {
  EXPECT_EQ(phone_.peers.size(), 1u);
  EXPECT_EQ(order_second({{"status", "canceled"}}), 200);
  until_status(second_, "canceled");
  phone_.hang_up(peer(0));
  until_status(first_, "completed");
  settle();
  EXPECT_EQ(phone_.peers.size(), 1u) << "nobody's telephone rings";
  call("<Say>Next</Say>");
  EXPECT_EQ(peer(1).order.to, "+12015550100") << "its turn is not lost to others";
}

TEST_F(WaitingCallsTest, TakesNewInstructionsForACallThatWaits) {
  EXPECT_EQ(order_second({{"xml", "<Response><Say>Something else</Say></Response>"}}), 200);
  settle();
  phone_.hang_up(peer(0));
  auto& other = answered(1);
  until_status(second_, "completed");
  ASSERT_EQ(other.played.size(), 1u);
  EXPECT_EQ(other.played[0].first->size(), 14u);
}

TEST_F(WaitingCallsTest, DialsNothingThatIsNotOnTheDiskAsDialled) {
  store_.set_away(true);
  phone_.hang_up(peer(0));
  settle();
  EXPECT_EQ(phone_.peers.size(), 1u);
  store_.set_away(false);
  answered(1);
  until_status(second_, "completed");
}

TEST_F(VoiceTest, RefusesWhatCannotBeCalled) {
  const auto refused = [&](json::object body) {
    if (!body.contains("from")) body["from"] = from_;
    if (!body.contains("to")) body["to"] = "+12015550100";
    const auto response = request("POST", "/v1/calls", body);
    return json::parse(response.body).at("error").at("code").as_string();
  };
  const std::string say = "<Response><Say>Hi</Say></Response>";
  EXPECT_EQ(refused({}), "missing_parameter");
  EXPECT_EQ(refused({{"xml", "<Response><Say></Response>"}}), "invalid_parameter");
  EXPECT_EQ(refused({{"xml", say}, {"url", "https://a.example/"}}), "invalid_parameter");
  EXPECT_EQ(refused({{"xml", say}, {"from", "+14155550142"}}), "from_number_not_owned");
  EXPECT_EQ(refused({{"xml", say}, {"to", "somebody"}}), "invalid_phone_number");
  EXPECT_EQ(refused({{"xml", say}, {"to", "sip:@example.com"}}), "invalid_phone_number");
  EXPECT_EQ(refused({{"xml", say}, {"machine_detection", "Enable"}}), "invalid_parameter");
  EXPECT_EQ(refused({{"xml", say}, {"send_digits", "12x"}}), "invalid_parameter");
  EXPECT_EQ(refused({{"xml", say}, {"status_callback_event", "sometimes"}}), "invalid_parameter");
  settle();
  EXPECT_THAT(phone_.peers, IsEmpty());
}

TEST_F(VoiceTest, AnswersAnIncomingCallWithItsFirstSound) {
  app_.put("https://app.example/voice", "<Pause length='2'/><Say>Welcome</Say><Hangup/>");
  auto& caller = ring_in();
  ASSERT_EQ(app_.asked.size(), 1u);
  EXPECT_EQ(field(app_.asked[0].body, "CallStatus"), "ringing");
  EXPECT_EQ(field(app_.asked[0].body, "Direction"), "inbound");
  EXPECT_EQ(field(app_.asked[0].body, "From"), "+12015550100");
  EXPECT_FALSE(app_.asked[0].headers.value("X-CloudVNO-Signature").empty());
  EXPECT_FALSE(caller.answered) << "a pause lets it ring";
  pass(2s);
  EXPECT_TRUE(caller.answered);
  const auto list = get("/v1/calls").at("data").as_array();
  ASSERT_EQ(list.size(), 1u);
  until_status(list[0].as_object(), "completed");
  settle();
  EXPECT_EQ(told(), "completed");
}

TEST_F(VoiceTest, RejectsACallBeforeItIsAnswered) {
  app_.put("https://app.example/voice", "<Reject reason='busy'/>");
  auto& caller = ring_in();
  EXPECT_EQ(caller.rejected, Rejection::busy);
  EXPECT_FALSE(caller.answered);
}

TEST_F(VoiceTest, AsksTheFallbackWhereADocumentIsBroken) {
  app_.put("https://app.example/fallback", "<Say>Sorry</Say>");
  const auto made = call(
      {}, {{"url", "https://app.example/none"}, {"fallback_url", "https://app.example/fallback"}});
  auto& other = answered(0);
  until_status(made, "completed");
  ASSERT_EQ(other.played.size(), 1u);
  const auto& asked = app_.asked.back();
  EXPECT_EQ(field(asked.body, "ErrorCode"), "11205");
  EXPECT_EQ(field(asked.body, "ErrorUrl"), "https://app.example/none");
  EXPECT_THAT(notifications(made), ElementsAre(11205));
  EXPECT_TRUE(read(made).at("error_code").is_null());
}

TEST_F(VoiceTest, SaysThatItFailedWhereNothingHelps) {
  http::Response page;
  page.headers.add("Content-Type", "application/json");
  page.body = "{}";
  app_.pages["https://app.example/json"] = page;
  const auto made = call({}, {{"url", "https://app.example/json"}});
  auto& other = answered(0);
  until_status(made, "completed");
  EXPECT_EQ(other.played.size(), 1u);
  EXPECT_THAT(notifications(made), ElementsAre(12300));
  EXPECT_EQ(read(made).at("error_code"), 12300);
}

TEST_F(VoiceTest, FollowsRedirectsAndKeepsCookies) {
  http::Response moved;
  moved.status = 302;
  moved.headers.add("Location", "/there");
  moved.headers.add("Set-Cookie", "session=7; Path=/; HttpOnly");
  app_.pages["https://app.example/here"] = moved;
  app_.put("https://app.example/there", "<Redirect>next</Redirect>");
  app_.put("https://app.example/next", "<Say>Hello</Say>");
  const auto made = call({}, {{"url", "https://app.example/here"}});
  auto& other = answered(0);
  until_status(made, "completed");
  EXPECT_EQ(other.played.size(), 1u);
  ASSERT_EQ(app_.asked.size(), 3u);
  EXPECT_EQ(app_.asked[1].method, "GET");
  EXPECT_EQ(app_.asked[2].method, "POST");
  EXPECT_EQ(app_.asked[2].headers.value("Cookie"), "session=7");
}

TEST_F(VoiceTest, WarnsOfWhatADocumentHasTooMuch) {
  const auto made = call("<Say colour='red'>Hello</Say><Dance/>");
  answered(0);
  until_status(made, "completed");
  EXPECT_THAT(notifications(made), ElementsAre(12200, 12200));
}

TEST_F(VoiceTest, SendsATextFromACall) {
  const auto made = call("<Message>See you</Message>");
  answered(0);
  until_status(made, "completed");
  ASSERT_EQ(texts_.size(), 1u);
  EXPECT_EQ(texts_[0].from, from_);
  EXPECT_EQ(texts_[0].to, "+12015550100");
  EXPECT_EQ(texts_[0].body, "See you");
}

TEST_F(VoiceTest, EndsWhatACrashLeftAndChargesWhatWasSeen) {
  const auto made = call("<Pause length='600'/>");
  answered(0);
  until_status(made, "in-progress");
  pass(30s);
  crash();
  start();
  until_status(made, "completed");
  EXPECT_EQ(read(made).at("duration"), 30);
  EXPECT_EQ(read(made).at("price"), "0.01");
}

TEST_F(VoiceTest, DialsAfterACrashWhatNeverWentOut) {
  const auto sid = CallSid::make(clock_.now());
  ASSERT_TRUE(db_->transact_now([&](storage::Transaction& tx) -> Result<> {
    Call waiting;
    waiting.sid = sid;
    waiting.account = test_.account.sid;
    waiting.from = from_;
    waiting.to = "+12015550100";
    waiting.trunk = "sandbox";
    waiting.instructions.xml = "<Response><Say>Late</Say></Response>";
    waiting.created_at = waiting.updated_at = clock_.now();
    insert_call(tx, *test_.account.keys, waiting, node_->owner());
    return {};
  }));
  crash();
  start();
  answered(0);
  until([&] { return get("/v1/calls/" + sid.str()).at("status") == "completed"; });
}

TEST_F(VoiceTest, GoesOnWhileTheStoreIsAway) {
  const auto made = call("<Say>One</Say><Pause length='5'/><Say>Two</Say>");
  auto& other = peer(0);
  settle();
  store_.set_away(true);
  phone_.answer(other);
  settle();
  pass(5s);
  EXPECT_EQ(other.played.size(), 2u);
  store_.set_away(false);
  until_status(made, "completed");
  EXPECT_EQ(read(made).at("duration"), 5);
}

TEST_F(VoiceTest, DeletesOnlyWhatIsOver) {
  const auto made = call("<Pause length='10'/>");
  answered(0);
  until_status(made, "in-progress");
  const auto path = "/v1/calls/" + std::string(made.at("sid").as_string());
  EXPECT_EQ(request("DELETE", path).status, 409);
  pass(10s);
  until_status(made, "completed");
  EXPECT_EQ(request("DELETE", path).status, 204);
  EXPECT_EQ(request("GET", path).status, 404);
}

}  // namespace
}  // namespace cloudvno::voice
