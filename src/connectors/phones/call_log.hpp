// The calls of simulated telephones, under way and ended, with what was heard. In memory only.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/phones/phone_book.hpp"
#include "protocol/media/audio.hpp"

namespace cloudvno::phones {

enum class CallStatus : std::uint8_t {
  ringing,
  in_progress,
  completed,
  canceled,
  declined,
  busy,
  unreachable,
  failed
};

std::string_view status_word(CallStatus status);  // "in-progress"
inline bool has_ended(CallStatus status) {
  return status > CallStatus::in_progress;
}

struct CallRecord {
  std::int64_t id = 0;
  std::int64_t revision = 0;  // of its last change
  PhoneKey phone;
  PhoneNumber line;           // the account's number; unset where the caller hides it
  bool from_handset = false;  // who called
  std::string call_sid;       // of the account's call, where the INVITE names it
  CallStatus status = CallStatus::ringing;
  Time started_at;
  std::optional<Time> answered_at, ended_at;
  std::string digits;  // that it heard
  media::Samples heard;
  bool heard_forgotten = false;
};
// Shared by the log, the call and the streams whose last audio comes after the call's end.
using RecordPtr = std::shared_ptr<CallRecord>;

// Lives on the control thread. Of an account are kept the calls under way and the last 20 that
// ended, of all accounts together 5,000; of what was heard the newest 64 MiB, and of one call the
// first minute.
class CallLog {
 public:
  static constexpr std::size_t most_of_account = 20;
  static constexpr std::size_t most_ended = 5'000;
  static constexpr std::size_t most_samples = 32 << 20;
  static constexpr std::size_t most_samples_of_call = 60 * 8'000;
  static constexpr std::size_t most_digits = 200;

  // Ids and revisions go up from there, so that those of two starts do not meet.
  explicit CallLog(std::int64_t first) : last_(first) {}

  void on_change(std::function<void(const CallRecord&)> call) { changed_ = std::move(call); }
  RecordPtr add(CallRecord record);
  void changed(CallRecord& record);
  void end(CallRecord& record, CallStatus status, Time now);
  void hear(CallRecord& record, media::SampleView samples);
  void hear_digit(CallRecord& record, char digit);

  // The newest first; `after`: what changed since that revision.
  std::vector<RecordPtr> calls(const PhoneKey& phone, std::int64_t after) const;
  RecordPtr find(const PhoneKey& phone, std::int64_t id) const;
  std::int64_t revision() const { return last_; }
  std::size_t size() const { return records_.size(); }

 private:
  using Records = std::list<RecordPtr>;  // the oldest first
  void trim(const AccountSid& account);
  void forget(Records::iterator record);
  void forget_audio();

  std::int64_t last_;
  Records records_;
  std::size_t ended_ = 0;
  std::size_t samples_ = 0;
  std::function<void(const CallRecord&)> changed_;
};

}  // namespace cloudvno::phones
