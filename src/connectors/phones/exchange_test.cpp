// Calls between the product's side and simulated telephones, over loopback.
#include "connectors/phones/exchange.hpp"

#include <gtest/gtest.h>

#include "connectors/phones/testing/trunk.hpp"
#include "platform/net/testing/run.hpp"

namespace cloudvno::phones {
namespace {

using namespace std::chrono_literals;
using testing::Leg;
using testing::share_of_tone;

constexpr std::string_view line = "+15005550006";
constexpr std::string_view ada = "+12015550100";

class ExchangeTest : public ::testing::Test {
 protected:
  ExchangeTest() { EXPECT_TRUE(exchange_.start()); }
  ~ExchangeTest() override {
    net::testing::run(context_, trunk_.stop());
    net::testing::run(context_, exchange_.stop());
  }

  // Handles what happens until the condition holds; at most ten seconds.
  template <class Condition>
  bool until(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    context_.restart();
    while (!condition() && std::chrono::steady_clock::now() < deadline) context_.run_one_for(100ms);
    return condition();
  }
  static PhoneKey phone(std::string_view number) {
    return {account(), *PhoneNumber::parse(number)};
  }
  static AccountSid account() { return *AccountSid::parse("AC0123456789abcdef0123456789abcdef"); }
  // What the telephone does is set by what is given; it answers at once.
  void set(std::string_view number, PhoneSettings settings) {
    settings.answer_after = 0ms;
    exchange_.book().set(phone(number), std::move(settings));
  }
  Leg& call(std::string_view handset, bool with_offer = true) {
    return trunk_.call(exchange_.port(), handset, line, account().view(), {}, with_offer);
  }
  const CallRecord& record(std::string_view handset) {
    return *exchange_.log().calls(phone(handset), 0).at(0);
  }

  ManualClock clock_;
  boost::asio::io_context context_{1};
  net::CaresResolver resolver_{context_.get_executor()};
  testing::Trunk trunk_{context_.get_executor(), clock_, 30'000, 30'999};
  Exchange exchange_{context_.get_executor(),
                     clock_,
                     resolver_,
                     {.first_media_port = 31'000, .last_media_port = 32'999}};
};

TEST_F(ExchangeTest, AnswersAfterASecond) {
  auto& leg = call(ada);
  ASSERT_TRUE(until([&] { return leg.provisional == 180; }));
  EXPECT_EQ(record(ada).status, CallStatus::ringing);
  EXPECT_EQ(record(ada).line.e164(), line);
  clock_.advance(1s);
  ASSERT_TRUE(until([&] { return leg.answered; }));
  EXPECT_EQ(record(ada).status, CallStatus::in_progress);
  leg.call->hang_up();
  ASSERT_TRUE(until([&] { return leg.ended && has_ended(record(ada).status); }));
  EXPECT_EQ(record(ada).status, CallStatus::completed);
  EXPECT_EQ(exchange_.calls(), 0u);
}

TEST_F(ExchangeTest, ALatePhoneRingsForFiveSeconds) {
  auto& leg = call("+12015550101");
  ASSERT_TRUE(until([&] { return leg.provisional == 180; }));
  clock_.advance(4'900ms);
  auto& other = call(ada);  // time enough for an answer
  ASSERT_TRUE(until([&] { return other.provisional == 180; }));
  EXPECT_FALSE(leg.answered);
  clock_.advance(100ms);
  EXPECT_TRUE(until([&] { return leg.answered; }));
}

TEST_F(ExchangeTest, ARingingPhoneStopsAfterTenMinutesOrWhenTheCallerGivesUp) {
  auto& given_up = call("+12015550102");
  ASSERT_TRUE(until([&] { return given_up.provisional == 180; }));
  given_up.call->cancel();
  ASSERT_TRUE(until([&] { return given_up.ended; }));
  EXPECT_EQ(given_up.code, 487);
  EXPECT_EQ(record("+12015550102").status, CallStatus::canceled);
  auto& leg = call("+12015550102");
  ASSERT_TRUE(until([&] { return leg.provisional == 180; }));
  clock_.advance(10min);
  ASSERT_TRUE(until([&] { return leg.ended; }));
  EXPECT_EQ(leg.code, 480);
  EXPECT_EQ(record("+12015550102").status, CallStatus::unreachable);
}

TEST_F(ExchangeTest, RefusesByTheCodeOfItsBehavior) {
  struct Row {
    std::string_view handset;
    int code;
    CallStatus status;
  };
  for (const auto& row : {Row{"+12015550103", 603, CallStatus::declined},
                          Row{"+12015550104", 480, CallStatus::unreachable},
                          Row{"+12015550106", 486, CallStatus::busy}}) {
    auto& leg = call(row.handset);
    ASSERT_TRUE(until([&] { return leg.ended; }));
    EXPECT_EQ(leg.code, row.code);
    EXPECT_EQ(record(row.handset).status, row.status);
  }
}

TEST_F(ExchangeTest, RefusesWhoNamesNoAccountAndWhatIsNoNumber) {
  auto& nobody = trunk_.call(exchange_.port(), ada, line, {});
  auto& no_number = call("reception");
  ASSERT_TRUE(until([&] { return nobody.ended && no_number.ended; }));
  EXPECT_EQ(nobody.code, 403);
  EXPECT_EQ(no_number.code, 404);
  EXPECT_EQ(exchange_.log().size(), 0u);
}

TEST_F(ExchangeTest, KeepsTheSidOfTheAccountsCall) {
  const std::string sid = "CA0123456789abcdef0123456789abcdef";
  auto& leg = trunk_.call(exchange_.port(), ada, line, account().view(), sid);
  ASSERT_TRUE(until([&] { return leg.provisional == 180; }));
  EXPECT_EQ(record(ada).call_sid, sid);
}

TEST_F(ExchangeTest, PressesItsDigitsAsTelephoneEvents) {
  set(ada, {.digits = "w12#"});
  auto& leg = call(ada);
  ASSERT_TRUE(until([&] { return leg.digits.size() == 3; }));
  EXPECT_EQ(leg.digits, "12#");
}

TEST_F(ExchangeTest, HearsDigits) {
  set(ada, {});
  auto& leg = call(ada);
  ASSERT_TRUE(until([&] { return leg.answered; }));
  ASSERT_TRUE(trunk_.media.send_digits(leg.stream, "42*"));
  EXPECT_TRUE(until([&] { return record(ada).digits == "42*"; }));
}

TEST_F(ExchangeTest, PlaysATone) {
  set(ada, {.sound = Sound::tone});
  auto& leg = call(ada);
  ASSERT_TRUE(until([&] { return leg.heard.size() >= 12'000; }));
  EXPECT_GT(share_of_tone(media::SampleView(leg.heard).subspan(4'000, 4'000), tone_hertz), 0.9);
}

TEST_F(ExchangeTest, SpeaksInTheRhythmOfSpeech) {
  set(ada, {.sound = Sound::speech});
  auto& leg = call(ada);
  ASSERT_TRUE(until([&] { return leg.heard.size() >= 12'000; }));
  EXPECT_GT(media::mean_energy(leg.heard), 65'000);
  EXPECT_LT(share_of_tone(media::SampleView(leg.heard).subspan(4'000, 4'000), tone_hertz), 0.5);
}

TEST_F(ExchangeTest, RecordsTheToneThatItHears) {
  set(ada, {.sound = Sound::silence});
  auto& leg = call(ada);
  ASSERT_TRUE(until([&] { return leg.answered; }));
  trunk_.play_tone(leg, 800);
  ASSERT_TRUE(until([&] { return record(ada).heard.size() >= 12'000; }));
  EXPECT_GT(share_of_tone(media::SampleView(record(ada).heard).subspan(6'000, 4'000), 800), 0.9);
  // What began after the last half second comes after the end.
  ASSERT_TRUE(trunk_.media.send_digits(leg.stream, "12"));
  ASSERT_TRUE(until([&] { return record(ada).digits == "12"; }));
  const auto so_far = record(ada).heard.size();
  leg.call->hang_up();
  EXPECT_TRUE(until([&] { return leg.ended && record(ada).heard.size() > so_far; }));
}

TEST_F(ExchangeTest, EchoesWhatItHears) {
  set("+12015550105", {.behavior = Behavior::echoes});
  auto& leg = call("+12015550105");
  ASSERT_TRUE(until([&] { return leg.answered; }));
  trunk_.play_tone(leg, 800);
  ASSERT_TRUE(until([&] { return leg.heard.size() >= 16'000; }));
  EXPECT_GT(share_of_tone(media::SampleView(leg.heard).subspan(12'000, 4'000), 800), 0.9);
  leg.call->hang_up();
  EXPECT_TRUE(until([&] { return leg.ended; }));
}

TEST_F(ExchangeTest, AnswersAnInviteThatOffersNothingWithItsOwnOffer) {
  set(ada, {.sound = Sound::tone});
  auto& leg = call(ada, false);
  // The test's side takes the offer as an answer and acknowledges with nothing: the call stands.
  ASSERT_TRUE(until([&] { return leg.answered; }));
  EXPECT_EQ(record(ada).status, CallStatus::in_progress);
}

TEST_F(ExchangeTest, IsPutOnHold) {
  set(ada, {});
  auto& leg = call(ada);
  ASSERT_TRUE(until([&] { return leg.answered; }));
  leg.local.direction = sdp::Direction::sendonly;
  ++leg.local.version;
  ASSERT_TRUE(until([&] { return leg.call->state() == sip::Call::State::confirmed; }));
  ASSERT_TRUE(leg.call->reinvite(sdp::write_offer(leg.local)));
  ASSERT_TRUE(until([&] { return leg.reinvited != 0; }));
  EXPECT_EQ(leg.reinvited, 200);
}

TEST_F(ExchangeTest, APersonAnswersPressesAndHangsUp) {
  exchange_.book().set(phone(ada), {.behavior = Behavior::manual});
  auto& leg = call(ada);
  ASSERT_TRUE(until([&] { return leg.provisional == 180; }));
  auto* on_phone = exchange_.find_call(record(ada).id);
  ASSERT_NE(on_phone, nullptr);
  EXPECT_EQ(on_phone->press("1").error().code, Errc::wrong_state);
  ASSERT_TRUE(on_phone->answer());
  EXPECT_EQ(on_phone->answer().error().code, Errc::wrong_state);
  EXPECT_EQ(on_phone->decline().error().code, Errc::wrong_state);
  ASSERT_TRUE(until([&] { return leg.answered; }));
  ASSERT_TRUE(on_phone->press("7"));
  ASSERT_TRUE(until([&] { return leg.digits == "7"; }));
  ASSERT_TRUE(on_phone->hang_up());
  ASSERT_TRUE(until([&] { return leg.ended && has_ended(record(ada).status); }));
  EXPECT_EQ(record(ada).status, CallStatus::completed);
}

TEST_F(ExchangeTest, APersonDeclines) {
  exchange_.book().set(phone(ada), {.behavior = Behavior::manual});
  auto& leg = call(ada);
  ASSERT_TRUE(until([&] { return leg.provisional == 180; }));
  ASSERT_TRUE(exchange_.find_call(record(ada).id)->decline());
  ASSERT_TRUE(until([&] { return leg.ended; }));
  EXPECT_EQ(leg.code, 603);
  EXPECT_EQ(record(ada).status, CallStatus::declined);
}

TEST_F(ExchangeTest, HangsUpWhenItWasToldTo) {
  set(ada, {.hang_up_after = 3s});
  auto& leg = call(ada);
  ASSERT_TRUE(until([&] { return leg.answered; }));
  clock_.advance(3s);
  ASSERT_TRUE(until([&] { return leg.ended && has_ended(record(ada).status); }));
  EXPECT_EQ(record(ada).status, CallStatus::completed);
}

TEST_F(ExchangeTest, CallsAnAccountsNumber) {
  const auto number = *PhoneNumber::parse(line);
  EXPECT_EQ(exchange_.dial(phone(ada), number, {}).error().code, Errc::service_unavailable);
  exchange_.set_network("127.0.0.1", trunk_.port());
  const auto dialed = exchange_.dial(phone(ada), number, {.digits = "w5", .sound = Sound::tone});
  ASSERT_TRUE(dialed);
  ASSERT_TRUE(until([&] { return (*dialed)->status == CallStatus::in_progress; }));
  ASSERT_EQ(trunk_.legs.size(), 1u);
  auto& leg = *trunk_.legs[0];
  EXPECT_EQ(leg.from, ada);
  EXPECT_EQ(leg.to, line);
  ASSERT_TRUE(until([&] { return leg.digits == "5"; }));
  ASSERT_TRUE(exchange_.find_call((*dialed)->id)->hang_up());
  ASSERT_TRUE(until([&] { return leg.ended && has_ended((*dialed)->status); }));
  EXPECT_EQ((*dialed)->status, CallStatus::completed);
}

TEST_F(ExchangeTest, KeepsAccountsApart) {
  const auto other = *AccountSid::parse("ACffffffffffffffffffffffffffffffff");
  exchange_.book().set(phone(ada), {.behavior = Behavior::busy});
  auto& leg = trunk_.call(exchange_.port(), ada, line, other.view());
  ASSERT_TRUE(until([&] { return leg.provisional == 180; }));
  EXPECT_TRUE(exchange_.log().calls(phone(ada), 0).empty());
}

TEST(ExchangeBounds, RefusesMoreCallsThanItTakes) {
  ManualClock clock;
  boost::asio::io_context context(1);
  net::CaresResolver resolver(context.get_executor());
  testing::Trunk trunk(context.get_executor(), clock, 30'000, 30'999);
  Exchange exchange(context.get_executor(), clock, resolver,
                    {.first_media_port = 31'000, .last_media_port = 32'999, .most_calls = 1});
  ASSERT_TRUE(exchange.start());
  const auto account = AccountSid::make(clock.now());
  auto& first = trunk.call(exchange.port(), ada, line, account.view());
  auto& second = trunk.call(exchange.port(), ada, line, account.view());
  while (!second.ended && context.run_one_for(5s) != 0) {
  }
  EXPECT_EQ(second.code, 503);
  EXPECT_EQ(first.provisional, 180);
  net::testing::run(context, trunk.stop());
  net::testing::run(context, exchange.stop());
}

TEST(ExchangeBounds, LeavesRoomForOtherAccounts) {
  ManualClock clock;
  boost::asio::io_context context(1);
  net::CaresResolver resolver(context.get_executor());
  testing::Trunk trunk(context.get_executor(), clock, 30'000, 30'999);
  Exchange exchange(
      context.get_executor(), clock, resolver,
      {.first_media_port = 31'000, .last_media_port = 32'999, .most_calls_of_account = 1});
  ASSERT_TRUE(exchange.start());
  const auto greedy = AccountSid::make(clock.now());
  const auto other = AccountSid::make(clock.now() + 1s);
  trunk.call(exchange.port(), ada, line, greedy.view());
  auto& second = trunk.call(exchange.port(), ada, line, greedy.view());
  auto& others = trunk.call(exchange.port(), ada, line, other.view());
  while ((!second.ended || others.provisional != 180) && context.run_one_for(5s) != 0) {
  }
  EXPECT_EQ(second.code, 503);
  EXPECT_EQ(others.provisional, 180);
  net::testing::run(context, trunk.stop());
  net::testing::run(context, exchange.stop());
}

}  // namespace
}  // namespace cloudvno::phones
