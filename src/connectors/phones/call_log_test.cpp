// What the log and the book of telephones keep, and what they forget.
#include "connectors/phones/call_log.hpp"

#include <gtest/gtest.h>

namespace cloudvno::phones {
namespace {

const Time now = from_micros(1'800'000'000'000'000);
const PhoneKey ada{*AccountSid::parse("AC0123456789abcdef0123456789abcdef"),
                   *PhoneNumber::parse("+12015550100")};

CallRecord call_of(const PhoneKey& phone) {
  CallRecord record;
  record.phone = phone;
  record.started_at = now;
  return record;
}

TEST(CallLog, KeepsTheLastTwentyThatEndedAndAllUnderWay) {
  CallLog log(1);
  const auto running = log.add(call_of(ada));
  for (int i = 0; i < 25; ++i) log.end(*log.add(call_of(ada)), CallStatus::busy, now);
  const auto calls = log.calls(ada, 0);
  EXPECT_EQ(calls.size(), 21u);
  EXPECT_EQ(calls.back(), running);
  EXPECT_GT(calls[0]->id, calls[1]->id);
}

TEST(CallLog, KeepsTheFirstMinuteOfACall) {
  CallLog log(1);
  const auto call = log.add(call_of(ada));
  const media::Samples minute(CallLog::most_samples_of_call, 1);
  log.hear(*call, minute);
  log.hear(*call, minute);
  EXPECT_EQ(call->heard.size(), minute.size());
}

TEST(CallLog, ForgetsTheOldestSoundBeyondItsBound) {
  CallLog log(1);
  const media::Samples minute(CallLog::most_samples_of_call, 1);
  std::vector<RecordPtr> calls;
  for (std::size_t kept = 0; kept <= CallLog::most_samples; kept += minute.size()) {
    calls.push_back(log.add(call_of(ada)));
    log.hear(*calls.back(), minute);
  }
  EXPECT_TRUE(calls.front()->heard_forgotten);
  EXPECT_TRUE(calls.front()->heard.empty());
  EXPECT_FALSE(calls.back()->heard_forgotten);
  log.hear(*calls.front(), minute);
  EXPECT_TRUE(calls.front()->heard.empty());
}

TEST(CallLog, TellsWhatChangedSinceARevision) {
  CallLog log(1);
  const auto first = log.add(call_of(ada));
  log.add(call_of(ada));
  const auto revision = log.revision();
  EXPECT_TRUE(log.calls(ada, revision).empty());
  log.hear_digit(*first, '5');
  ASSERT_EQ(log.calls(ada, revision).size(), 1u);
  EXPECT_EQ(log.calls(ada, revision)[0]->digits, "5");
}

TEST(CallLog, KeepsTwoHundredDigits) {
  CallLog log(1);
  const auto call = log.add(call_of(ada));
  for (int i = 0; i < 300; ++i) log.hear_digit(*call, '1');
  EXPECT_EQ(call->digits.size(), CallLog::most_digits);
}

TEST(PhoneBook, KnowsTheNamedPhonesAndLetsOthersAnswer) {
  const auto of = [](std::string_view number) {
    return default_settings(*PhoneNumber::parse(number)).behavior;
  };
  EXPECT_EQ(of("+12015550100"), Behavior::answers);
  EXPECT_EQ(of("+12015550101"), Behavior::late);
  EXPECT_EQ(of("+12015550102"), Behavior::rings);
  EXPECT_EQ(of("+12015550103"), Behavior::declines);
  EXPECT_EQ(of("+12015550104"), Behavior::unreachable);
  EXPECT_EQ(of("+12015550105"), Behavior::echoes);
  EXPECT_EQ(of("+12015550106"), Behavior::busy);
  EXPECT_EQ(of("+447700900123"), Behavior::answers);
}

TEST(PhoneBook, ForgetsThePhoneThatWasSetLongestAgo) {
  PhoneBook book;
  const auto sound =
      std::make_shared<const media::Prompt>(media::Samples(PhoneBook::most_sound_samples / 2, 1));
  const auto phone = [](int last) {
    return PhoneKey{ada.account, *PhoneNumber::parse("+1201555020" + std::to_string(last))};
  };
  PhoneSettings settings;
  settings.behavior = Behavior::busy;
  book.set(phone(0), settings);
  settings.sound = Sound::own;
  settings.own_sound = sound;
  for (int i = 1; i <= 3; ++i) book.set(phone(i), settings);
  EXPECT_EQ(book.find(phone(0)).behavior, Behavior::busy);  // it has no sound
  EXPECT_EQ(book.find(phone(1)).behavior, Behavior::answers);
  EXPECT_EQ(book.find(phone(3)).own_sound, sound);
  EXPECT_EQ(book.size(), 3u);
}

}  // namespace
}  // namespace cloudvno::phones
