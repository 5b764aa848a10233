// The life of texts on the simulated network, by a clock moved by hand.
#include "connectors/simulator/network.hpp"

#include <gmock/gmock.h>

#include <set>

#include "base/clock.hpp"
#include "protocol/sms/data_coding.hpp"

namespace cloudvno::simulator {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Kind = SubmitAnswer::Kind;

class NetworkTest : public ::testing::Test {
 protected:
  static PhoneNumber number(std::string_view text) { return *PhoneNumber::parse(text); }
  SubmittedPart part(std::string_view handset, std::string_view text) {
    SubmittedPart made;
    made.pair = {line_, number(handset)};
    made.text = to_bytes(text);
    made.wants_receipt = true;
    return made;
  }
  SubmitAnswer submit(std::string_view handset, std::string_view text = "hello") {
    return network_.submit(part(handset, text), clock_.now());
  }
  void pass(Micros time) {
    clock_.advance(time);
    network_.on_time(clock_.now());
  }
  std::vector<Text> texts(std::string_view handset) const {
    return network_.conversations().texts(number(handset), {{line_, start_}}, 0);
  }
  std::vector<std::string> shown(std::string_view handset) const {
    std::vector<std::string> all;
    for (const auto& text : texts(handset)) {
      all.push_back(fmt::format("{}{}: {}", text.from_handset ? "<" : ">", text.body,
                                state_name(text.state)));
    }
    return all;
  }
  // Takes what is due and answers it.
  std::vector<Delivery> deliver(DeliveryResult result = DeliveryResult::taken) {
    std::vector<Delivery> all;
    while (auto delivery = network_.take_delivery()) all.push_back(std::move(*delivery));
    for (const auto& delivery : all) network_.settle(delivery, result, clock_.now());
    return all;
  }
  static PartReceipt receipt(const Delivery& delivery) {
    const auto* told = std::get_if<PartReceipt>(&delivery.what);
    EXPECT_TRUE(told);
    return told ? *told : PartReceipt();
  }
  static std::string text_of(const Delivery& delivery) {
    const auto* told = std::get_if<HandsetPart>(&delivery.what);
    EXPECT_TRUE(told);
    return told ? std::string(as_text(told->part.user_data)) : std::string();
  }

  void set(const NetworkSettings& settings) {
    network_.accounts().set(account_, {{line_, start_}}, settings, true, clock_.now());
  }
  void set(Fault fault, double share = 1) {
    NetworkSettings settings;
    settings.shares[static_cast<std::size_t>(fault)] = share;
    set(settings);
  }
  std::vector<std::string> receipts() {
    std::vector<std::string> all;
    for (const auto& delivery : deliver()) {
      const auto told = receipt(delivery);
      all.push_back(fmt::format("{} {}", told.id, told.delivered ? "ok" : "no"));
    }
    return all;
  }

  ManualClock clock_;
  AccountSid account_ = AccountSid::make(clock_.now());
  Time start_ = clock_.now();
  PhoneNumber line_ = number("+14155550142");
  Network network_{7'000, start_};
};

TEST_F(NetworkTest, DeliversAtOnceAndSaysSo) {
  const auto answer = submit("+12015550100");
  EXPECT_EQ(answer.kind, Kind::taken);
  EXPECT_EQ(answer.id, "7000");
  EXPECT_THAT(shown("+12015550100"), ElementsAre(">hello: delivered"));
  const auto told = deliver();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(receipt(told[0]).id, "7000");
  EXPECT_TRUE(receipt(told[0]).delivered);
  EXPECT_EQ(told[0].pair.handset, number("+12015550100"));
  EXPECT_EQ(submit("+12015550100").id, "7001");
}

TEST_F(NetworkTest, DeliversToEveryOtherNumberAtOnce) {
  EXPECT_EQ(submit("+447700900123").kind, Kind::taken);
  EXPECT_THAT(shown("+447700900123"), ElementsAre(">hello: delivered"));
  EXPECT_THAT(deliver(), SizeIs(1));
}

TEST_F(NetworkTest, DeliversLateAfterFiveSeconds) {
  EXPECT_EQ(submit("+12015550101").kind, Kind::taken);
  EXPECT_THAT(shown("+12015550101"), ElementsAre(">hello: pending"));
  EXPECT_EQ(network_.next_deadline(), start_ + 5s);
  pass(5s - 1us);
  EXPECT_THAT(deliver(), IsEmpty());
  pass(1us);
  EXPECT_THAT(shown("+12015550101"), ElementsAre(">hello: delivered"));
  const auto told = deliver();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_TRUE(receipt(told[0]).delivered);
  EXPECT_EQ(receipt(told[0]).done_at - receipt(told[0]).submitted_at, 5s);
  EXPECT_FALSE(network_.next_deadline());
}

TEST_F(NetworkTest, NeverSendsAReceiptForTheHandsetThatSendsNone) {
  EXPECT_EQ(submit("+12015550102").kind, Kind::taken);
  EXPECT_THAT(shown("+12015550102"), ElementsAre(">hello: delivered"));
  pass(24h);
  EXPECT_THAT(deliver(), IsEmpty());
}

TEST_F(NetworkTest, RefusesForTheHandsetThatRefuses) {
  EXPECT_EQ(submit("+12015550103").kind, Kind::no_such_recipient);
  EXPECT_THAT(shown("+12015550103"), ElementsAre(">hello: undelivered"));
  EXPECT_NE(texts("+12015550103")[0].reason, "");
  pass(24h);
  EXPECT_THAT(deliver(), IsEmpty());
}

TEST_F(NetworkTest, GivesUpAHandsetThatIsSwitchedOff) {
  EXPECT_EQ(submit("+12015550104").kind, Kind::taken);
  EXPECT_THAT(shown("+12015550104"), ElementsAre(">hello: pending"));
  pass(2s);
  EXPECT_THAT(shown("+12015550104"), ElementsAre(">hello: undelivered"));
  const auto told = deliver();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_FALSE(receipt(told[0]).delivered);
  EXPECT_EQ(receipt(told[0]).error, absent_subscriber);
}

TEST_F(NetworkTest, EchoesTheTextToItsSender) {
  submit("+12015550105");
  EXPECT_THAT(shown("+12015550105"), ElementsAre(">hello: delivered", "<hello: pending"));
  const auto told = deliver();
  ASSERT_THAT(told, SizeIs(2));
  EXPECT_EQ(text_of(told[0]), "hello");
  EXPECT_EQ(told[0].pair.line, line_);
  EXPECT_EQ(receipt(told[1]).id, "7000");
  EXPECT_THAT(shown("+12015550105"), ElementsAre(">hello: delivered", "<hello: delivered"));
}

TEST_F(NetworkTest, StopsEchoingToAProgramThatAnswersEachEcho) {
  const auto echoes = [this] {
    int count = 0;
    for (int i = 0; i < 100; ++i) {
      submit("+12015550105");
      for (const auto& delivery : deliver()) count += delivery.what.index() == 1 ? 1 : 0;
    }
    return count;
  };
  EXPECT_EQ(echoes(), Network::most_echoes);
  EXPECT_EQ(echoes(), 0);
  pass(1min);
  EXPECT_EQ(echoes(), Network::most_echoes);
}

TEST_F(NetworkTest, SendsOnlyTheReceiptsThatWereAskedFor) {
  const auto count = [this](std::string_view handset, bool all, bool failures) {
    auto made = part(handset, "hello");
    made.wants_receipt = all;
    made.wants_failure_receipt = failures;
    network_.submit(std::move(made), clock_.now());
    pass(10s);
    return deliver().size();
  };
  EXPECT_EQ(count("+12015550100", false, false), 0u);
  EXPECT_EQ(count("+12015550100", false, true), 0u);
  EXPECT_EQ(count("+12015550100", true, false), 1u);
  EXPECT_EQ(count("+12015550104", false, true), 1u);
  EXPECT_EQ(count("+12015550104", false, false), 0u);
}

TEST_F(NetworkTest, ShowsALongTextOnceWithAReceiptForEachPart) {
  const std::string body(400, 'x');
  const auto split = sms::split_text(body, 9).value();
  for (const auto& each : split.parts) {
    auto made = part("+12015550100", as_text(each.user_data));
    made.concatenation = sms::Concatenation{9, 3, static_cast<std::uint8_t>(each.number), false};
    EXPECT_EQ(network_.submit(std::move(made), clock_.now()).kind, Kind::taken);
  }
  EXPECT_THAT(shown("+12015550100"), ElementsAre(">" + body + ": delivered"));
  EXPECT_THAT(deliver(), SizeIs(3));
}

TEST_F(NetworkTest, ShowsALongTextWithGapsWhenAPartNeverComes) {
  auto made = part("+12015550100", "begins");
  made.concatenation = sms::Concatenation{9, 2, 1, false};
  network_.submit(std::move(made), clock_.now());
  EXPECT_THAT(shown("+12015550100"), IsEmpty());
  ASSERT_TRUE(network_.next_deadline());
  pass(*network_.next_deadline() - clock_.now());
  EXPECT_THAT(shown("+12015550100"), SizeIs(1));
}

TEST_F(NetworkTest, SendsWhatAHandsetWritesInParts) {
  const std::string body(200, 'y');
  const Pair pair{line_, number("+12015550100")};
  ASSERT_TRUE(network_.write(pair, body, clock_.now()));
  EXPECT_THAT(shown("+12015550100"), ElementsAre("<" + body + ": pending"));
  auto first = network_.take_delivery();
  auto second = network_.take_delivery();
  ASSERT_TRUE(first && second && !network_.take_delivery());
  EXPECT_EQ(text_of(*first) + text_of(*second), body);
  network_.settle(*first, DeliveryResult::taken, clock_.now());
  EXPECT_THAT(shown("+12015550100"), ElementsAre("<" + body + ": pending"));
  network_.settle(*second, DeliveryResult::taken, clock_.now());
  EXPECT_THAT(shown("+12015550100"), ElementsAre("<" + body + ": delivered"));
}

TEST_F(NetworkTest, SaysThatATextIsUndeliveredWhenOnePartIsRefused) {
  const Pair pair{line_, number("+12015550100")};
  ASSERT_TRUE(network_.write(pair, std::string(200, 'y'), clock_.now()));
  auto first = network_.take_delivery();
  auto second = network_.take_delivery();
  ASSERT_TRUE(first && second);
  network_.settle(*first, DeliveryResult::refused, clock_.now());
  network_.settle(*second, DeliveryResult::taken, clock_.now());
  EXPECT_EQ(texts("+12015550100")[0].state, TextState::undelivered);
  EXPECT_NE(texts("+12015550100")[0].reason, "");
}

TEST_F(NetworkTest, RefusesToWriteATextThatIsTooLong) {
  const Pair pair{line_, number("+12015550100")};
  const auto written = network_.write(pair, std::string(1'601, 'y'), clock_.now());
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Errc::message_too_long);
  EXPECT_THAT(shown("+12015550100"), IsEmpty());
}

TEST_F(NetworkTest, TriesTenTimesASecondApart) {
  submit("+12015550100");
  for (int i = 1; i < Network::most_tries; ++i) {
    EXPECT_THAT(deliver(DeliveryResult::later), SizeIs(1)) << i;
    EXPECT_THAT(deliver(), IsEmpty());
    pass(1s);
  }
  EXPECT_THAT(deliver(DeliveryResult::later), SizeIs(1));
  pass(1h);
  EXPECT_THAT(deliver(), IsEmpty());
}

TEST_F(NetworkTest, SaysThatATextIsUndeliveredWhenItGivesUp) {
  ASSERT_TRUE(network_.write({line_, number("+12015550100")}, "hello", clock_.now()));
  for (int i = 0; i < Network::most_tries; ++i) {
    deliver(DeliveryResult::later);
    pass(1s);
  }
  EXPECT_THAT(shown("+12015550100"), ElementsAre("<hello: undelivered"));
}

TEST_F(NetworkTest, KeepsTheOrderOfWhatALostLinkLeftUnsent) {
  const Pair pair{line_, number("+12015550100")};
  ASSERT_TRUE(network_.write(pair, "one", clock_.now()));
  ASSERT_TRUE(network_.write(pair, "two", clock_.now()));
  ASSERT_TRUE(network_.write(pair, "three", clock_.now()));
  auto first = network_.take_delivery();
  auto second = network_.take_delivery();
  network_.settle(*first, DeliveryResult::not_sent, clock_.now());
  network_.settle(*second, DeliveryResult::not_sent, clock_.now());
  const auto told = deliver();
  ASSERT_THAT(told, SizeIs(3));
  EXPECT_EQ(text_of(told[0]), "one");
  EXPECT_EQ(text_of(told[1]), "two");
  EXPECT_EQ(told[0].tries, 0);
}

TEST_F(NetworkTest, LetsAThousandPartsOfHandsetsWait) {
  const Pair pair{line_, number("+12015550100")};
  for (std::size_t i = 0; i < Network::most_handset_parts; ++i) {
    ASSERT_TRUE(network_.write(pair, "hello", clock_.now()));
  }
  const auto refused = network_.write(pair, "hello", clock_.now());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::service_unavailable);
  deliver();
  EXPECT_TRUE(network_.write(pair, "hello", clock_.now()));
}

TEST_F(NetworkTest, TakesNoPartWhoseReceiptHasNoPlace) {
  std::size_t taken = 0;
  while (taken <= Network::most_pending && submit("+12015550100").kind == Kind::taken) ++taken;
  EXPECT_LT(taken, Network::most_pending);
  EXPECT_EQ(submit("+12015550100").kind, Kind::full);
  EXPECT_THAT(deliver(), SizeIs(taken));
  EXPECT_EQ(submit("+12015550100").kind, Kind::taken);
}

TEST_F(NetworkTest, FollowsABehaviorThatIsChanged) {
  const Pair pair{line_, number("+12015550100")};
  network_.conversations().set_behavior(pair, Behavior::refuses, clock_.now());
  EXPECT_EQ(submit("+12015550100").kind, Kind::no_such_recipient);
  network_.conversations().set_behavior(pair, Behavior::at_once, clock_.now());
  EXPECT_EQ(submit("+12015550100").kind, Kind::taken);
}

TEST_F(NetworkTest, AnswersWithTheErrorThatIsSetAndTakesNothing) {
  set(Fault::throttle);
  EXPECT_EQ(submit("+12015550100").kind, Kind::throttled);
  set(Fault::queue_full);
  EXPECT_EQ(submit("+12015550100").kind, Kind::full);
  set(Fault::temporary_error);
  EXPECT_EQ(submit("+12015550100").kind, Kind::temporary_error);
  set(Fault::refuse);
  EXPECT_EQ(submit("+12015550100").kind, Kind::no_such_recipient);
  pass(1h);
  EXPECT_THAT(shown("+12015550100"), IsEmpty());
  EXPECT_THAT(deliver(), IsEmpty());
}

TEST_F(NetworkTest, LosesTheLinkWithOrWithoutThePart) {
  set(Fault::drop_link);
  for (int i = 0; i < 40; ++i) EXPECT_EQ(submit("+12015550100").kind, Kind::link_drops);
  const auto taken = shown("+12015550100").size();
  EXPECT_GT(taken, 5u);
  EXPECT_LT(taken, 35u);
  EXPECT_THAT(deliver(), SizeIs(taken));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(submit("+12015550103").kind, Kind::link_drops);
}

TEST_F(NetworkTest, LosesReceipts) {
  set(Fault::lost_receipts);
  EXPECT_EQ(submit("+12015550100").kind, Kind::taken);
  NetworkSettings none;
  none.receipts = false;
  set(none);
  EXPECT_EQ(submit("+12015550100").kind, Kind::taken);
  pass(1h);
  EXPECT_THAT(deliver(), IsEmpty());
  EXPECT_THAT(shown("+12015550100"), SizeIs(2));
}

TEST_F(NetworkTest, SendsAReceiptTwice) {
  set(Fault::duplicate_receipts);
  submit("+12015550100");
  EXPECT_THAT(receipts(), ElementsAre("7000 ok", "7000 ok"));
}

TEST_F(NetworkTest, SendsAReceiptWithAWrongIdThatTellsTheOppositeBesideTheRightOne) {
  set(Fault::wrong_id_receipts);
  std::set<std::size_t> sizes;
  for (int i = 0; i < 30; ++i) {
    const auto id = submit("+12015550100").id;
    const auto told = receipts();
    ASSERT_THAT(told, SizeIs(2));
    EXPECT_TRUE(told[0].ends_with(" no")) << told[0];
    EXPECT_FALSE(told[0].starts_with(id + " ")) << told[0];
    EXPECT_EQ(told[1], id + " ok");
    sizes.insert(told[0].size());
  }
  EXPECT_THAT(sizes, SizeIs(3));  // unknown, hexadecimal, with leading zeros
}

TEST_F(NetworkTest, SaysThatAReceiptGoesBeforeTheAnswer) {
  set(Fault::early_receipts);
  EXPECT_TRUE(submit("+12015550100").receipt_first);
  set(Fault::early_receipts, 0);
  EXPECT_FALSE(submit("+12015550100").receipt_first);
}

TEST_F(NetworkTest, DelaysAnswersAndReceipts) {
  NetworkSettings settings;
  settings.answer_delay = 300ms;
  settings.receipt_delay = 4s;
  set(settings);
  EXPECT_EQ(submit("+12015550100").delay, 300ms);
  EXPECT_EQ(submit("+12015550101").kind, Kind::taken);
  pass(4s + 300ms - 1us);  // behind its answer
  EXPECT_THAT(receipts(), IsEmpty());
  pass(1us);
  EXPECT_THAT(receipts(), ElementsAre("7000 ok"));
  pass(5s);
  EXPECT_THAT(receipts(), ElementsAre("7001 ok"));
}

TEST_F(NetworkTest, HoldsABoundedNumberOfReceiptsForLonger) {
  NetworkSettings settings;
  settings.receipt_delay = 10min;
  set(settings);
  for (std::size_t i = 0; i < Network::most_held; ++i) submit("+12015550100");
  EXPECT_THAT(receipts(), IsEmpty());
  submit("+12015550100");
  EXPECT_THAT(receipts(), SizeIs(1));
  pass(10min);
  EXPECT_THAT(receipts(), SizeIs(Network::most_held));
  submit("+12015550100");
  EXPECT_THAT(receipts(), IsEmpty());
}

TEST_F(NetworkTest, DoesNotReachANumberThatWasPorted) {
  NetworkSettings settings;
  settings.ported_numbers = {number("+447700900123")};
  set(settings);
  EXPECT_EQ(submit("+447700900123").kind, Kind::taken);
  EXPECT_THAT(shown("+447700900123"), ElementsAre(">hello: undelivered"));
  EXPECT_THAT(texts("+447700900123")[0].reason, ::testing::HasSubstr("ported"));
  const auto told = deliver();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_FALSE(receipt(told[0]).delivered);
  EXPECT_EQ(receipt(told[0]).error, unknown_subscriber);
  submit("+447700900124");
  EXPECT_THAT(shown("+447700900124"), ElementsAre(">hello: delivered"));
}

TEST_F(NetworkTest, BringsWhatAHandsetWritesTwice) {
  set(Fault::duplicate_inbound);
  const Pair pair{line_, number("+12015550100")};
  ASSERT_TRUE(network_.write(pair, "hi", clock_.now()));
  const auto told = deliver();
  ASSERT_THAT(told, SizeIs(2));
  EXPECT_EQ(text_of(told[0]), text_of(told[1]));
  EXPECT_THAT(shown("+12015550100"), ElementsAre("<hi: delivered"));
}

TEST_F(NetworkTest, KeepsWhatOneAccountSetsFromTheLinesOfOthers) {
  set(Fault::throttle);
  auto made = part("+12015550100", "hello");
  made.pair.line = number("+14155550143");
  EXPECT_EQ(network_.submit(std::move(made), clock_.now()).kind, Kind::taken);
  EXPECT_EQ(submit("+12015550100").kind, Kind::throttled);
}

TEST_F(NetworkTest, FollowsTheLinesThatAnAccountHolds) {
  set(Fault::throttle);
  network_.accounts().follow(account_, {{number("+14155550143"), start_}});
  EXPECT_EQ(submit("+12015550100").kind, Kind::taken);
  line_ = number("+14155550143");
  EXPECT_EQ(submit("+12015550100").kind, Kind::throttled);
}

TEST_F(NetworkTest, ForgetsWhatWasSetAfterADay) {
  set(Fault::throttle);
  pass(24h - 1us);
  EXPECT_EQ(submit("+12015550100").kind, Kind::throttled);
  pass(1us);
  EXPECT_EQ(network_.accounts().find(account_, clock_.now()), nullptr);
  EXPECT_EQ(submit("+12015550100").kind, Kind::taken);
}

TEST_F(NetworkTest, GivesALineToTheAccountThatSaidLastThatItHoldsIt) {
  set(Fault::throttle);
  const auto other = AccountSid::make(clock_.now());
  network_.accounts().set(other, {{line_, start_}}, {}, true, clock_.now());
  EXPECT_EQ(submit("+12015550100").kind, Kind::taken);
  network_.accounts().clear(account_);
  network_.accounts().clear(other);
  EXPECT_EQ(submit("+12015550100").kind, Kind::taken);
}

TEST_F(NetworkTest, KeepsTheSettingsOfABoundedNumberOfAccounts) {
  set(Fault::throttle);
  for (std::size_t i = 0; i < AccountNetworks::most; ++i) {
    network_.accounts().set(AccountSid::make(clock_.now()), {}, {}, true, clock_.now() + 1s);
  }
  EXPECT_EQ(submit("+12015550100").kind, Kind::taken);
}

TEST_F(NetworkTest, BeginsItsDrawsAnewWithTheSeedOnly) {
  NetworkSettings settings;
  settings.seed = 3;
  settings.shares[static_cast<std::size_t>(Fault::throttle)] = 0.5;
  const auto some = [this] {
    std::string all;
    for (int i = 0; i < 50; ++i) all += submit("+12015550100").kind == Kind::taken ? 'k' : 't';
    return all;
  };
  set(settings);
  const auto first = some();
  network_.accounts().set(account_, {{line_, start_}}, settings, false, clock_.now());
  EXPECT_NE(some(), first);
  set(settings);
  EXPECT_EQ(some(), first);
}

TEST_F(NetworkTest, NumbersItsHandsetsAsDocumented) {
  std::vector<Behavior> behaviors;
  for (int i = 0; i <= 6; ++i) {
    behaviors.push_back(default_behavior(number(fmt::format("+1201555010{}", i))));
  }
  using enum Behavior;
  EXPECT_THAT(behaviors, ElementsAre(at_once, late, never, refuses, off, echo, at_once));
  for (const auto& entry : behavior_table()) {
    EXPECT_EQ(behavior_entry(entry.behavior).name, entry.name);
  }
}

}  // namespace
}  // namespace cloudvno::simulator
