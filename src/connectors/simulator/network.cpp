// The simulated phone network.
#include "connectors/simulator/network.hpp"

#include <utility>

#include "base/invariant.hpp"

namespace cloudvno::simulator {
namespace {

constexpr std::string_view why_off = "The handset is switched off.";
constexpr std::string_view why_refused = "The network refused it: no such recipient.";
constexpr std::string_view why_not_taken = "Nobody holds the number, or it was refused.";
constexpr std::string_view why_given_up = "The server did not take it.";
constexpr std::size_t most_echo_pairs = 1'000;
constexpr Micros echo_window = std::chrono::minutes(1);

// When a part sent now reaches a handset that behaves so, or is given up.
Time done_at(Behavior behavior, Time now) {
  if (behavior == Behavior::late) return now + Network::late_after;
  if (behavior == Behavior::off) return now + Network::off_after;
  return now;
}

}  // namespace

SubmitAnswer Network::submit(SubmittedPart part, Time now) {
  using enum SubmitAnswer::Kind;
  // The receipt, and what becomes of the text.
  if (planned_.size() + ready_.size() + in_hand_ + 2 > most_pending) return {full, {}};
  const auto behavior = conversations_.behavior(part.pair);
  const bool delivered = behavior != Behavior::off;

  sms::InboundPart inbound;
  inbound.sender = part.pair.line.e164();
  inbound.recipient = part.pair.handset.e164();
  inbound.concatenation = part.concatenation.value_or(sms::Concatenation());
  inbound.data_coding = part.data_coding;
  inbound.text = std::move(part.text);
  for (const auto& joined : reassembly_.add(std::move(inbound), now)) show(joined, now);
  if (behavior == Behavior::refuses) return {no_such_recipient, {}};

  const auto id = std::to_string(next_id_++);
  if ((part.wants_receipt || (part.wants_failure_receipt && !delivered)) &&
      behavior != Behavior::never) {
    const auto done = done_at(behavior, now);
    PartReceipt receipt{id, delivered, delivered ? std::uint8_t{0} : absent_subscriber, now, done};
    plan(done, Delivery{part.pair, std::move(receipt), 0});
    on_time(now);
  }
  return {taken, id};
}

void Network::show(const sms::JoinedText& joined, Time now) {
  const auto line = PhoneNumber::parse(joined.key.sender);
  const auto handset = PhoneNumber::parse(joined.key.recipient);
  if (!line || !handset) return;
  const Pair pair{*line, *handset};
  const auto behavior = conversations_.behavior(pair);
  Text text;
  text.body = joined.text;
  text.created_at = now;
  switch (behavior) {
    case Behavior::late:
    case Behavior::off:
      plan(done_at(behavior, now),
           Arrival{pair, conversations_.add(pair, std::move(text)), behavior == Behavior::late});
      return;
    case Behavior::refuses:
      text.state = TextState::undelivered;
      text.reason = why_refused;
      break;
    case Behavior::at_once:
    case Behavior::never:
    case Behavior::echo:
      text.state = TextState::delivered;
      break;
  }
  conversations_.add(pair, std::move(text));
  if (behavior == Behavior::echo) echo(pair, joined.text, now);
}

void Network::echo(const Pair& pair, const std::string& body, Time now) {
  std::erase_if(echoes_,
                [&](const auto& entry) { return entry.second.since + echo_window <= now; });
  if (echoes_.size() == most_echo_pairs && !echoes_.contains(pair)) return;
  auto& echoes = echoes_.try_emplace(pair, Echoes{now, 0}).first->second;
  if (echoes.count++ >= most_echoes) return;
  // Without a place for it, an echo is not worth waiting for.
  if (!write(pair, body, now)) return;
}

Result<std::int64_t> Network::write(const Pair& pair, const std::string& body, Time now) {
  TRY_ASSIGN(auto split, sms::split_text(body, next_reference_++));
  if (handset_parts_ + split.parts.size() > most_handset_parts) {
    return fail(Errc::service_unavailable,
                "The handsets' messages wait for the link to the server.");
  }
  Text text;
  text.from_handset = true;
  text.body = body;
  text.created_at = now;
  const auto id = conversations_.add(pair, std::move(text));
  handset_parts_ += split.parts.size();
  writing_[id] = {pair, split.parts.size()};
  for (auto& part : split.parts) {
    ready_.push_back({pair, HandsetPart{id, split.encoding, std::move(part)}, 0});
  }
  return id;
}

std::optional<Delivery> Network::take_delivery() {
  if (ready_.empty()) return std::nullopt;
  auto delivery = std::move(ready_.front());
  ready_.pop_front();
  ++in_hand_;
  return delivery;
}

void Network::settle(Delivery delivery, DeliveryResult result, Time now) {
  invariant(in_hand_ > 0, "a delivery is settled once");
  --in_hand_;
  if (result == DeliveryResult::not_sent) {
    ready_.push_front(std::move(delivery));
    return;
  }
  if (result == DeliveryResult::later && ++delivery.tries < most_tries) {
    plan(now + retry_after, std::move(delivery));
    return;
  }
  if (const auto* part = std::get_if<HandsetPart>(&delivery.what)) {
    finish_part(part->text_id, result);
  }
}

void Network::finish_part(std::int64_t text_id, DeliveryResult result) {
  --handset_parts_;
  const auto found = writing_.find(text_id);
  if (found == writing_.end()) return;  // an earlier part was refused
  const auto pair = found->second.pair;
  if (result == DeliveryResult::taken) {
    if (--found->second.parts_left > 0) return;
    conversations_.settle(pair, text_id, TextState::delivered, {});
  } else {
    conversations_.settle(pair, text_id, TextState::undelivered,
                          result == DeliveryResult::refused ? why_not_taken : why_given_up);
  }
  writing_.erase(found);
}

void Network::plan(Time at, Event event) {
  planned_.emplace(at, std::move(event));
}

void Network::on_time(Time now) {
  while (!planned_.empty() && planned_.begin()->first <= now) {
    auto event = std::move(planned_.begin()->second);
    planned_.erase(planned_.begin());
    if (auto* delivery = std::get_if<Delivery>(&event)) {
      ready_.push_back(std::move(*delivery));
      continue;
    }
    const auto& arrival = std::get<Arrival>(event);
    conversations_.settle(arrival.pair, arrival.text_id,
                          arrival.delivered ? TextState::delivered : TextState::undelivered,
                          arrival.delivered ? std::string_view() : why_off);
  }
  for (const auto& joined : reassembly_.expire(now)) show(joined, now);
}

std::optional<Time> Network::next_deadline() const {
  auto deadline = reassembly_.next_deadline();
  if (!planned_.empty() && (!deadline || planned_.begin()->first < *deadline)) {
    deadline = planned_.begin()->first;
  }
  return deadline;
}

}  // namespace cloudvno::simulator
