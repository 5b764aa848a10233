// MMS between the engine's port and the simulated handsets.
#include "connectors/simulator/mms_center.hpp"

#include <gmock/gmock.h>

#include <boost/asio/io_context.hpp>

#include "domain/messaging/delivery_errors.hpp"
#include "domain/messaging/testing/fake_carrier.hpp"
#include "domain/messaging/testing/recording_listener.hpp"
#include "platform/net/testing/run.hpp"

namespace cloudvno::simulator {
namespace {

using namespace std::chrono_literals;
using messaging::Intake;
using messaging::ReceiptState;
using messaging::SubmitOutcome;
using messaging::SubmitResult;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class MmsCenterTest : public ::testing::Test {
 protected:
  ~MmsCenterTest() override { net::testing::run(context_, center_.stop()); }

  static PhoneNumber number(std::string_view text) { return *PhoneNumber::parse(text); }
  static messaging::MediaList pictures(std::size_t count = 1) {
    messaging::MediaList media;
    for (std::size_t i = 0; i < count; ++i) {
      media.push_back(std::make_shared<const messaging::MediaItem>(
          messaging::MediaItem{"image/png", fmt::format("picture {}", i)}));
    }
    return media;
  }
  void submit(std::string_view handset, const messaging::MediaList& media = pictures()) {
    messaging::Submission submission;
    submission.from = line_;
    submission.to = number(handset);
    submission.text = "look";
    submission.media = media;
    center_.submit(std::move(submission),
                   [this](SubmitOutcome outcome) { outcomes_.push_back(std::move(outcome)); });
  }
  void run() {
    context_.restart();
    context_.poll();
  }
  void set(Fault fault) {
    NetworkSettings settings;
    settings.shares[static_cast<std::size_t>(fault)] = 1;
    network_.accounts().set(account_, {{line_, clock_.now()}}, settings, true, clock_.now());
  }
  std::vector<Text> shown(std::string_view handset) {
    return network_.conversations().texts(number(handset), {{line_, start_}}, 0);
  }

  ManualClock clock_;
  Time start_ = clock_.now();
  AccountSid account_ = AccountSid::make(clock_.now());
  PhoneNumber line_ = number("+14155550142");
  boost::asio::io_context context_;
  Network network_{7'000, start_};
  messaging::testing::FakeCarrier sms_{"sandbox"};
  messaging::testing::RecordingListener listener_;
  MmsCenter center_{context_.get_executor(),   clock_, network_, sms_, listener_,
                    [this] { center_.pump(); }};
  std::vector<SubmitOutcome> outcomes_;
};

TEST_F(MmsCenterTest, ShowsAnMmsOnItsHandsetAndTellsItsReceipt) {
  submit("+12015550100", pictures(2));
  EXPECT_THAT(outcomes_, IsEmpty()) << "an outcome comes after the call";
  run();
  ASSERT_THAT(outcomes_, SizeIs(1));
  EXPECT_EQ(outcomes_[0].result, SubmitResult::accepted);
  const auto texts = shown("+12015550100");
  ASSERT_THAT(texts, SizeIs(1));
  EXPECT_EQ(texts[0].body, "look");
  ASSERT_THAT(texts[0].pictures, SizeIs(2));
  EXPECT_EQ(texts[0].pictures[1].item->content, "picture 1");
  ASSERT_THAT(listener_.receipts, SizeIs(1));
  EXPECT_EQ(listener_.receipts[0].carrier_id, outcomes_[0].carrier_id);
  EXPECT_EQ(listener_.receipts[0].state, ReceiptState::delivered);
  EXPECT_FALSE(network_.take_delivery()) << "nothing of it goes over SMPP";
}

TEST_F(MmsCenterTest, HandsTextsOnToTheirLink) {
  submit("+12015550100", {});
  ASSERT_THAT(sms_.submissions, SizeIs(1));
  sms_.accept_next();
  EXPECT_THAT(outcomes_, SizeIs(1));
  EXPECT_EQ(center_.window(), sms_.window());
  sms_.set_up(false);
  EXPECT_FALSE(center_.is_up());
}

TEST_F(MmsCenterTest, IsRefusedOrGivenUpAsATextIs) {
  submit("+12015550103");
  submit("+12015550104");
  run();
  ASSERT_THAT(outcomes_, SizeIs(2));
  EXPECT_EQ(outcomes_[0].result, SubmitResult::refused);
  EXPECT_EQ(outcomes_[0].error_code, messaging::error_unknown_destination);
  EXPECT_EQ(outcomes_[1].result, SubmitResult::accepted);
  clock_.advance(2s);
  network_.on_time(clock_.now());
  center_.pump();
  ASSERT_THAT(listener_.receipts, SizeIs(1));
  EXPECT_EQ(listener_.receipts[0].state, ReceiptState::undelivered);
  EXPECT_EQ(listener_.receipts[0].error_code, messaging::error_unreachable);
}

TEST_F(MmsCenterTest, MeetsTheFaultsOfTheNetwork) {
  const auto result_under = [&](Fault fault) {
    set(fault);
    submit("+12015550100");
    run();
    return outcomes_.back().result;
  };
  EXPECT_EQ(result_under(Fault::throttle), SubmitResult::throttled);
  EXPECT_EQ(result_under(Fault::queue_full), SubmitResult::throttled);
  EXPECT_EQ(result_under(Fault::temporary_error), SubmitResult::temporary);
  EXPECT_EQ(result_under(Fault::refuse), SubmitResult::refused);
  EXPECT_EQ(result_under(Fault::drop_link), SubmitResult::unknown);
  EXPECT_EQ(result_under(Fault::lost_receipts), SubmitResult::accepted);
  listener_.receipts.clear();
  EXPECT_EQ(result_under(Fault::duplicate_receipts), SubmitResult::accepted);
  EXPECT_THAT(listener_.receipts, SizeIs(2));
}

TEST_F(MmsCenterTest, BringsWhatAHandsetMadeUntilItIsKept) {
  const Pair pair{line_, number("+12015550100")};
  listener_.intake = Intake::try_later;
  ASSERT_TRUE(network_.write(pair, "", clock_.now(), pictures()));
  center_.pump();
  ASSERT_THAT(listener_.inbound, SizeIs(1));
  EXPECT_EQ(listener_.inbound[0].from, pair.handset);
  EXPECT_EQ(listener_.inbound[0].to, line_);
  EXPECT_THAT(listener_.inbound[0].media, SizeIs(1));
  EXPECT_EQ(shown("+12015550100")[0].state, TextState::pending);
  listener_.intake = Intake::kept;
  clock_.advance(1s);
  network_.on_time(clock_.now());
  center_.pump();
  EXPECT_THAT(listener_.inbound, SizeIs(2));
  EXPECT_EQ(shown("+12015550100")[0].state, TextState::delivered);
}

TEST_F(MmsCenterTest, LetsNoMoreWaitThanItsBound) {
  const Pair pair{line_, number("+12015550100")};
  for (std::size_t i = 0; i < Network::most_handset_mms; ++i) {
    EXPECT_TRUE(network_.write(pair, "", clock_.now(), pictures()));
  }
  EXPECT_EQ(network_.write(pair, "", clock_.now(), pictures()).error().code,
            Errc::service_unavailable);
  EXPECT_TRUE(network_.write(pair, "a text", clock_.now()));
  center_.pump();
  EXPECT_TRUE(network_.write(pair, "", clock_.now(), pictures()));
}

TEST_F(MmsCenterTest, EchoesPictures) {
  submit("+12015550105", pictures(2));
  run();
  ASSERT_THAT(listener_.inbound, SizeIs(1));
  EXPECT_EQ(listener_.inbound[0].text, "look");
  EXPECT_THAT(listener_.inbound[0].media, SizeIs(2));
}

}  // namespace
}  // namespace cloudvno::simulator
