// The simulated SMSC and an SMPP carrier, speaking on a real connection.
#include "connectors/simulator/smsc.hpp"

#include <gmock/gmock.h>

#include <boost/asio/io_context.hpp>

#include "connectors/simulator/simulator.hpp"
#include "connectors/smpp_carrier/smpp_carrier.hpp"
#include "domain/messaging/delivery_errors.hpp"
#include "domain/messaging/testing/recording_listener.hpp"
#include "platform/net/testing/run.hpp"
#include "protocol/sms/split.hpp"

namespace cloudvno::simulator {
namespace {

using namespace std::chrono_literals;
using messaging::Intake;
using messaging::ReceiptState;
using messaging::SubmitOutcome;
using messaging::SubmitResult;
using ::testing::SizeIs;

class SmscTest : public ::testing::Test {
 protected:
  SmscTest() {
    EXPECT_TRUE(smsc_.start());
    smpp_carrier::Options options;
    options.name = "sandbox";
    options.host = "127.0.0.1";
    options.port = smsc_.local_port();
    options.system_id = options_.system_id;
    options.password = options_.password;
    options.window = 50;
    options.least_wait = 1ms;
    options.most_wait = 5ms;
    carrier_.emplace(context_.get_executor(), clock_, resolver_, options, listener_);
  }
  ~SmscTest() override {
    net::testing::run(context_, carrier_->stop());
    net::testing::run(context_, smsc_.stop());
  }
  void link_up() {
    carrier_->start();
    ASSERT_TRUE(until([&] { return carrier_->is_up(); }));
  }
  bool until(const std::function<bool()>& condition) {
    context_.restart();
    while (!condition()) {
      if (context_.run_one_for(10s) == 0) return condition();
    }
    return true;
  }
  static PhoneNumber number(std::string_view text) { return *PhoneNumber::parse(text); }
  void submit(std::string_view handset, std::string_view body) {
    const auto split = sms::split_text(body, 1).value();
    for (const auto& part : split.parts) {
      messaging::Submission submission;
      submission.from = line_;
      submission.to = number(handset);
      submission.encoding = split.encoding;
      submission.part = part;
      submission.validity = 1h;
      carrier_->submit(std::move(submission),
                       [this](SubmitOutcome outcome) { outcomes_.push_back(std::move(outcome)); });
    }
  }
  void set(const NetworkSettings& settings) {
    network_.accounts().set(account_, {{line_, Time()}}, settings, true, clock_.now());
  }
  void set(Fault fault) {
    NetworkSettings settings;
    settings.shares[static_cast<std::size_t>(fault)] = 1;
    set(settings);
  }
  std::vector<Text> texts(std::string_view handset) const {
    return network_.conversations().texts(number(handset), {{line_, Time()}}, 0);
  }

  boost::asio::io_context context_{1};
  ManualClock clock_;
  net::CaresResolver resolver_{context_.get_executor()};
  SmscOptions options_ = make_smsc_options(0);
  Network network_{1, clock_.now()};
  Smsc smsc_{context_.get_executor(), clock_, options_, network_};
  messaging::testing::RecordingListener listener_;
  std::vector<SubmitOutcome> outcomes_;
  std::optional<smpp_carrier::SmppCarrier> carrier_;
  AccountSid account_ = AccountSid::make(clock_.now());
  PhoneNumber line_ = number("+14155550142");
};

TEST_F(SmscTest, TakesATextAndBringsItsReceipt) {
  link_up();
  submit("+12015550100", "hello");
  ASSERT_TRUE(until([&] { return listener_.receipts.size() == 1; }));
  ASSERT_THAT(outcomes_, SizeIs(1));
  EXPECT_EQ(outcomes_[0].result, SubmitResult::accepted);
  EXPECT_EQ(listener_.receipts[0].carrier_id, outcomes_[0].carrier_id);
  EXPECT_EQ(listener_.receipts[0].state, ReceiptState::delivered);
  ASSERT_THAT(texts("+12015550100"), SizeIs(1));
  EXPECT_EQ(texts("+12015550100")[0].body, "hello");
}

TEST_F(SmscTest, JoinsALongTextInUcs2) {
  link_up();
  std::string body;
  for (int i = 0; i < 50; ++i) body += "日本😀";
  submit("+12015550100", body);
  ASSERT_TRUE(until([&] { return !texts("+12015550100").empty(); }));
  EXPECT_EQ(texts("+12015550100")[0].body, body);
  ASSERT_TRUE(until([&] { return listener_.receipts.size() == 3; }));
  EXPECT_THAT(outcomes_, SizeIs(3));
}

TEST_F(SmscTest, RefusesTheRecipientThatRefuses) {
  link_up();
  submit("+12015550103", "hello");
  ASSERT_TRUE(until([&] { return outcomes_.size() == 1; }));
  EXPECT_EQ(outcomes_[0].result, SubmitResult::refused);
  EXPECT_EQ(outcomes_[0].error_code, messaging::error_unknown_destination);
}

TEST_F(SmscTest, TellsThatAHandsetIsSwitchedOff) {
  link_up();
  submit("+12015550104", "hello");
  ASSERT_TRUE(until([&] { return outcomes_.size() == 1; }));
  EXPECT_TRUE(listener_.receipts.empty());
  clock_.advance(2s);
  ASSERT_TRUE(until([&] { return listener_.receipts.size() == 1; }));
  EXPECT_EQ(listener_.receipts[0].state, ReceiptState::undelivered);
  EXPECT_EQ(listener_.receipts[0].error_code, messaging::error_unreachable);
}

TEST_F(SmscTest, BringsWhatAHandsetWrites) {
  link_up();
  const Pair pair{line_, number("+12015550100")};
  ASSERT_TRUE(network_.write(pair, "Grüße €", clock_.now()));
  smsc_.pump();
  ASSERT_TRUE(until([&] { return texts("+12015550100")[0].state == TextState::delivered; }));
  ASSERT_THAT(listener_.inbound, SizeIs(1));
  EXPECT_EQ(listener_.inbound[0].from, pair.handset);
  EXPECT_EQ(listener_.inbound[0].to, line_);
  EXPECT_EQ(listener_.inbound[0].text, "Grüße €");
}

TEST_F(SmscTest, KeepsWhatAHandsetWritesUntilThereIsALink) {
  ASSERT_TRUE(network_.write({line_, number("+12015550100")}, "early", clock_.now()));
  smsc_.pump();
  EXPECT_EQ(texts("+12015550100")[0].state, TextState::pending);
  link_up();
  ASSERT_TRUE(until([&] { return texts("+12015550100")[0].state == TextState::delivered; }));
  EXPECT_THAT(listener_.inbound, SizeIs(1));
}

TEST_F(SmscTest, SaysThatNobodyHoldsTheNumber) {
  link_up();
  listener_.intake = Intake::not_ours;
  ASSERT_TRUE(network_.write({line_, number("+12015550100")}, "hello", clock_.now()));
  smsc_.pump();
  ASSERT_TRUE(until([&] { return texts("+12015550100")[0].state == TextState::undelivered; }));
}

TEST_F(SmscTest, TriesAgainASecondAfterATemporaryError) {
  link_up();
  listener_.intake = Intake::try_later;
  submit("+12015550100", "hello");
  ASSERT_TRUE(until([&] { return listener_.receipts.size() == 1 && network_.next_deadline(); }));
  listener_.intake = Intake::kept;
  clock_.advance(1s);
  ASSERT_TRUE(until([&] { return listener_.receipts.size() == 2; }));
  EXPECT_EQ(listener_.receipts[0].carrier_id, listener_.receipts[1].carrier_id);
}

TEST_F(SmscTest, ThrottlesAndRefusesForNowInTheWordsOfSmpp) {
  link_up();
  set(Fault::throttle);
  submit("+12015550100", "hello");
  ASSERT_TRUE(until([&] { return outcomes_.size() == 1; }));
  set(Fault::queue_full);
  submit("+12015550100", "hello");
  ASSERT_TRUE(until([&] { return outcomes_.size() == 2; }));
  set(Fault::temporary_error);
  submit("+12015550100", "hello");
  ASSERT_TRUE(until([&] { return outcomes_.size() == 3; }));
  EXPECT_EQ(outcomes_[0].result, SubmitResult::throttled);
  EXPECT_EQ(outcomes_[1].result, SubmitResult::throttled);
  EXPECT_EQ(outcomes_[2].result, SubmitResult::temporary);
}

TEST_F(SmscTest, LosesTheLinkInsteadOfAnAnswerAndTakesANewBind) {
  link_up();
  set(Fault::drop_link);
  submit("+12015550100", "hello");
  ASSERT_TRUE(until([&] { return outcomes_.size() == 1; }));
  EXPECT_EQ(outcomes_[0].result, SubmitResult::unknown);
  EXPECT_FALSE(carrier_->is_up());
  ASSERT_TRUE(until([&] { return carrier_->is_up(); }));
}

TEST_F(SmscTest, BringsAReceiptBeforeTheAnswer) {
  link_up();
  NetworkSettings settings;
  settings.answer_delay = 3s;
  settings.shares[static_cast<std::size_t>(Fault::early_receipts)] = 1;
  set(settings);
  submit("+12015550100", "hello");
  ASSERT_TRUE(until([&] { return listener_.receipts.size() == 1; }));
  EXPECT_TRUE(outcomes_.empty());
  clock_.advance(3s);
  ASSERT_TRUE(until([&] { return outcomes_.size() == 1; }));
  EXPECT_EQ(listener_.receipts[0].carrier_id, outcomes_[0].carrier_id);
}

TEST_F(SmscTest, AnswersLateWhereThatIsSetAndAtOnceWhenItStops) {
  link_up();
  NetworkSettings settings;
  settings.answer_delay = 3s;
  set(settings);
  submit("+12015550100", "hello");
  ASSERT_TRUE(until([&] { return texts("+12015550100").size() == 1; }));
  EXPECT_TRUE(outcomes_.empty());
  clock_.advance(3s);
  ASSERT_TRUE(until([&] { return outcomes_.size() == 1 && listener_.receipts.size() == 1; }));
  EXPECT_EQ(outcomes_[0].result, SubmitResult::accepted);
  submit("+12015550100", "hello");
  ASSERT_TRUE(until([&] { return texts("+12015550100").size() == 2; }));
  net::testing::run(context_, smsc_.stop());
  ASSERT_TRUE(until([&] { return outcomes_.size() == 2; }));
  EXPECT_EQ(outcomes_[1].result, SubmitResult::accepted);
}

TEST_F(SmscTest, LetsNobodyInWithAnotherPassword) {
  smpp_carrier::Options options;
  options.name = "stranger";
  options.host = "127.0.0.1";
  options.port = smsc_.local_port();
  options.system_id = options_.system_id;
  options.password = "guess";
  messaging::testing::RecordingListener listener;
  smpp_carrier::SmppCarrier stranger(context_.get_executor(), clock_, resolver_, options, listener);
  stranger.start();
  ASSERT_TRUE(until([&] { return !stranger.problem().empty(); }));
  EXPECT_FALSE(stranger.is_up());
  net::testing::run(context_, stranger.stop());
}

TEST_F(SmscTest, MakesCredentialsThatFitAndDiffer) {
  const auto a = make_smsc_options(0), b = make_smsc_options(0);
  EXPECT_NE(a.password, b.password);
  EXPECT_LE(a.password.size(), smpp::limits::password);
  EXPECT_LE(a.system_id.size(), smpp::limits::system_id);
}

}  // namespace
}  // namespace cloudvno::simulator
