// The calls of simulated telephones.
#include "connectors/phones/call_log.hpp"

#include <algorithm>
#include <array>

namespace cloudvno::phones {

std::string_view status_word(CallStatus status) {
  constexpr std::array<std::string_view, 8> words{"ringing",     "in-progress", "completed",
                                                  "canceled",    "declined",    "busy",
                                                  "unreachable", "failed"};
  return words[static_cast<std::size_t>(status)];
}

RecordPtr CallLog::add(CallRecord record) {
  record.id = ++last_;
  auto kept = std::make_shared<CallRecord>(std::move(record));
  records_.push_back(kept);
  changed(*kept);
  return kept;
}

void CallLog::changed(CallRecord& record) {
  record.revision = ++last_;
  if (changed_) changed_(record);
}

void CallLog::end(CallRecord& record, CallStatus status, Time now) {
  if (has_ended(record.status)) return;
  record.status = status;
  record.ended_at = now;
  ++ended_;
  changed(record);
  trim(record.phone.account);
}

void CallLog::hear(CallRecord& record, media::SampleView samples) {
  if (record.heard_forgotten) return;
  const auto count = std::min(samples.size(), most_samples_of_call - record.heard.size());
  const auto fits = samples.first(count);
  record.heard.insert(record.heard.end(), fits.begin(), fits.end());
  samples_ += count;
  if (samples_ > most_samples) forget_audio();
}

void CallLog::hear_digit(CallRecord& record, char digit) {
  if (record.digits.size() == most_digits) return;
  record.digits += digit;
  changed(record);
}

std::vector<RecordPtr> CallLog::calls(const PhoneKey& phone, std::int64_t after) const {
  std::vector<RecordPtr> found;
  for (auto record = records_.rbegin(); record != records_.rend(); ++record) {
    if ((*record)->revision > after && (*record)->phone == phone) found.push_back(*record);
  }
  return found;
}

RecordPtr CallLog::find(const PhoneKey& phone, std::int64_t id) const {
  const auto found = std::ranges::find_if(
      records_, [&](const RecordPtr& each) { return each->id == id && each->phone == phone; });
  return found == records_.end() ? nullptr : *found;
}

void CallLog::trim(const AccountSid& account) {
  std::size_t of_account = 0;
  auto oldest_of_account = records_.end(), oldest = records_.end();
  for (auto record = records_.begin(); record != records_.end(); ++record) {
    if (!has_ended((*record)->status)) continue;
    if (oldest == records_.end()) oldest = record;
    if ((*record)->phone.account != account) continue;
    if (of_account++ == 0) oldest_of_account = record;
  }
  if (of_account > most_of_account) {
    forget(oldest_of_account);
  } else if (ended_ > most_ended) {
    forget(oldest);
  }
}

void CallLog::forget(Records::iterator record) {
  samples_ -= (*record)->heard.size();
  (*record)->heard = {};
  (*record)->heard_forgotten = true;  // what its stream still brings
  records_.erase(record);
  --ended_;
}

// The oldest first, and so much at once that this is not done again at once.
void CallLog::forget_audio() {
  for (const auto& record : records_) {
    if (samples_ <= most_samples / 8 * 7) return;
    samples_ -= record->heard.size();
    record->heard = {};
    record->heard_forgotten = true;
  }
}

}  // namespace cloudvno::phones
