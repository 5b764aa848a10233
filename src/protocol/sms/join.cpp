// Putting the parts of inbound long texts together.
#include "protocol/sms/join.hpp"

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

#include "protocol/sms/data_coding.hpp"

namespace cloudvno::sms {
namespace {

constexpr std::string_view gap = "[...]";

std::uint64_t print_of(const InboundPart& part) {
  return std::hash<std::string_view>()(as_text(part.text)) * 31 + part.data_coding;
}

// Neighbours of one coding are read as one, because senders cut escape and surrogate pairs.
// Binary parts say nothing to a person.
void append_decoded(std::string& out, std::uint8_t data_coding, Bytes& run) {
  out += decode_text(data_coding, run).value_or(std::string());
  run.clear();
}

}  // namespace

std::vector<JoinedText> Reassembly::add(InboundPart part, Time now) {
  auto ready = expire(now);
  if (part.text.size() > longest_part) part.text.resize(longest_part);
  const auto place = part.concatenation;
  const auto print = print_of(part);
  JoinKey key{std::move(part.sender), std::move(part.recipient), place.reference,
              place.wide_reference, place.total};
  if (place.total <= 1 || place.number < 1 || place.number > place.total) {
    key.total = 1;
    ready.push_back(
        {std::move(key), decode_text(part.data_coding, part.text).value_or(""), 1, now});
    return ready;
  }
  auto at = find_or_begin(key, now);
  if (const auto same = at->second.parts.find(place.number); same != at->second.parts.end()) {
    if (same->second.print == print) return ready;
    if (!at->second.answered) ready.push_back(answer(at, now));
    forget(at);
    at = find_or_begin(key, now);
  }
  octets_ += part.text.size() + part_cost;
  at->second.parts[place.number] = Part{part.data_coding, std::move(part.text), print};
  if (at->second.parts.size() == key.total) ready.push_back(answer(at, now));
  shrink(ready, now);
  return ready;
}

std::vector<JoinedText> Reassembly::expire(Time now) {
  std::vector<JoinedText> ready;
  while (!waiting_.empty()) {
    const auto oldest = texts_.find(waiting_.front());
    if (now - oldest->second.first_at < limits_.timeout) break;
    ready.push_back(answer(oldest, now));
    forget(oldest);  // a part that comes after all is worth more than silence
  }
  while (!answered_.empty()) {
    const auto oldest = texts_.find(answered_.front());
    if (now - oldest->second.answered_at < limits_.memory) break;
    forget(oldest);
  }
  return ready;
}

std::optional<Time> Reassembly::next_deadline() const {
  std::optional<Time> next;
  if (!waiting_.empty()) next = texts_.find(waiting_.front())->second.first_at + limits_.timeout;
  if (!answered_.empty()) {
    const auto forgotten = texts_.find(answered_.front())->second.answered_at + limits_.memory;
    next = next ? std::min(*next, forgotten) : forgotten;
  }
  return next;
}

Reassembly::Texts::iterator Reassembly::find_or_begin(const JoinKey& key, Time now) {
  const auto [at, began] = texts_.try_emplace(key);
  if (began) {
    at->second.first_at = now;
    at->second.age = waiting_.insert(waiting_.end(), key);
  }
  return at;
}

// Reads the text with its gaps, and keeps of the parts only what tells a duplicate.
JoinedText Reassembly::answer(Texts::iterator at, Time now) {
  auto& [key, text] = *at;
  JoinedText out{key, {}, static_cast<int>(text.parts.size()), text.first_at};
  Bytes run;
  int next = 1;
  std::uint8_t coding = text.parts.begin()->second.data_coding;
  for (auto& [number, part] : text.parts) {
    if (number != next || part.data_coding != coding) append_decoded(out.text, coding, run);
    if (number != next) out.text += gap;
    coding = part.data_coding;
    run.insert(run.end(), part.text.begin(), part.text.end());
    octets_ -= part.text.size();
    part.text = Bytes();
    next = number + 1;
  }
  append_decoded(out.text, coding, run);
  if (next <= key.total) out.text += gap;
  text.answered = true;
  text.answered_at = now;
  answered_.splice(answered_.end(), waiting_, text.age);
  return out;
}

void Reassembly::forget(Texts::iterator at) {
  for (const auto& [number, part] : at->second.parts) octets_ -= part.text.size() + part_cost;
  (at->second.answered ? answered_ : waiting_).erase(at->second.age);
  texts_.erase(at);
}

// Forgets answered texts before it gives up waiting ones.
void Reassembly::shrink(std::vector<JoinedText>& ready, Time now) {
  while (texts_.size() > limits_.most_texts || octets_ > limits_.most_octets) {
    if (answered_.empty()) ready.push_back(answer(texts_.find(waiting_.front()), now));
    forget(texts_.find(answered_.front()));
  }
}

}  // namespace cloudvno::sms
