// The simulated phone network.
#include "connectors/simulator/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/invariant.hpp"

namespace cloudvno::simulator {
namespace {

constexpr std::string_view why_off = "The handset is switched off.";
constexpr std::string_view why_refused = "The network refused it: no such recipient.";
constexpr std::string_view why_ported = "The number was ported to another network.";
constexpr std::string_view why_not_taken = "Nobody holds the number, or it was refused.";
constexpr std::string_view why_given_up = "The server did not take it.";
constexpr std::size_t most_echo_pairs = 1'000;
constexpr Micros echo_window = std::chrono::minutes(1);

std::vector<Picture> pictures_of(const messaging::MediaList& media) {
  std::vector<Picture> pictures;
  for (const auto& item : media) {
    pictures.push_back({item->content_type, item->content.size(), item});
  }
  return pictures;
}

// When a part sent now reaches a handset that behaves so, or is given up.
Time done_at(Behavior behavior, Time now) {
  if (behavior == Behavior::late) return now + Network::late_after;
  if (behavior == Behavior::off) return now + Network::off_after;
  return now;
}

SubmitAnswer::Kind kind_of(PartFate::Answer answer) {
  using enum SubmitAnswer::Kind;
  switch (answer) {
    case PartFate::Answer::taken:
      return taken;
    case PartFate::Answer::throttled:
      return throttled;
    case PartFate::Answer::queue_full:
      return full;
    case PartFate::Answer::temporary_error:
      return temporary_error;
    case PartFate::Answer::refused:
      return no_such_recipient;
    case PartFate::Answer::none:
      break;
  }
  return link_drops;
}

// An id that no part has: unknown, or the right one in a form that this network does not use.
std::string wrong_id(std::uint64_t drawn, std::string_view right) {
  constexpr std::uint64_t least = 100'000'000'000'000;  // more digits than ours have
  switch (drawn / 2 % 3) {
    case 0:
      return std::to_string(least + drawn % least);
    case 1:
      return fmt::format("{:X}", std::stoull(std::string(right)));
    default:
      return fmt::format("0000{}", right);
  }
}

}  // namespace

PartFate Network::fate_of(const Pair& pair, Time now) {
  auto* network = accounts_.of_line(pair.line, now);
  return network ? judge(network->settings, network->draws, pair.line, pair.handset) : PartFate();
}

bool Network::is_ported(const Pair& pair, Time now) {
  const auto* network = accounts_.of_line(pair.line, now);
  return network && network->settings.is_ported(pair.handset);
}

SubmitAnswer Network::submit(SubmittedPart part, Time now) {
  using enum SubmitAnswer::Kind;
  // Two receipts, one with a wrong id, what becomes of the text, and an echo.
  constexpr std::size_t most_of_one = 5;
  if (planned_.size() + ready_.size() + ready_mms_.size() + in_hand_ + most_of_one > most_pending) {
    return {.kind = full};
  }
  const auto fate = fate_of(part.pair, now);
  const auto behavior = conversations_.behavior(part.pair);
  SubmitAnswer answer{.delay = fate.answer_delay};
  if (fate.answer != PartFate::Answer::taken) answer.kind = kind_of(fate.answer);
  if (!fate.is_taken) return answer;

  if (part.media.empty()) {
    sms::InboundPart inbound;
    inbound.sender = part.pair.line.e164();
    inbound.recipient = part.pair.handset.e164();
    inbound.concatenation = part.concatenation.value_or(sms::Concatenation());
    inbound.data_coding = part.data_coding;
    inbound.text = std::move(part.text);
    for (const auto& joined : reassembly_.add(std::move(inbound), now)) show(joined, now);
  } else {
    show(part.pair, std::string(as_text(part.text)), part.media, now);
  }
  if (behavior == Behavior::refuses) {
    if (!fate.link_drops) answer.kind = no_such_recipient;
    return answer;
  }
  answer.id = std::to_string(next_id_++);
  answer.receipt_first = fate.receipt_first;
  plan_receipts(part, behavior, fate, answer.id, now);
  return answer;
}

void Network::plan_receipts(const SubmittedPart& part, Behavior behavior, const PartFate& fate,
                            const std::string& id, Time now) {
  const bool delivered = behavior != Behavior::off && !fate.is_ported;
  const bool wanted = part.wants_receipt || (part.wants_failure_receipt && !delivered);
  if (!wanted || !fate.has_receipt || behavior == Behavior::never) return;
  const auto done = fate.is_ported ? now : done_at(behavior, now);
  // Behind its answer, but for the one that is to overtake it.
  const auto delay = fate.receipt_delay + (fate.receipt_first ? Micros(0) : fate.answer_delay);
  const bool held = delay > Micros(0) && held_ < most_held;
  const auto at = held ? done + delay : done;
  const auto error = delivered        ? std::uint8_t{0}
                     : fate.is_ported ? unknown_subscriber
                                      : absent_subscriber;
  const auto tell = [&](PartReceipt receipt) {
    if (held) ++held_;
    plan(at, Delivery{.pair = part.pair,
                      .what = std::move(receipt),
                      .by_mms = !part.media.empty(),
                      .is_held = held});
  };
  PartReceipt receipt{id, delivered, error, now, done};
  if (fate.wrong_id != 0) {
    // It tells the opposite, so that who takes it for the right one is found out.
    auto wrong = receipt;
    wrong.id = wrong_id(fate.wrong_id, id);
    wrong.delivered = !delivered;
    wrong.error = delivered ? absent_subscriber : std::uint8_t{0};
    tell(std::move(wrong));
  }
  if (fate.receipt_twice) tell(receipt);
  tell(std::move(receipt));
  on_time(now);
}

void Network::show(const sms::JoinedText& joined, Time now) {
  const auto line = PhoneNumber::parse(joined.key.sender);
  const auto handset = PhoneNumber::parse(joined.key.recipient);
  if (line && handset) show({*line, *handset}, joined.text, {}, now);
}

void Network::show(const Pair& pair, const std::string& body, const messaging::MediaList& media,
                   Time now) {
  const auto behavior = conversations_.behavior(pair);
  Text text;
  text.body = body;
  text.pictures = pictures_of(media);
  text.created_at = now;
  if (is_ported(pair, now)) {
    text.state = TextState::undelivered;
    text.reason = why_ported;
    conversations_.add(pair, std::move(text));
    return;
  }
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
  if (behavior == Behavior::echo) echo(pair, body, media, now);
}

void Network::echo(const Pair& pair, const std::string& body, const messaging::MediaList& media,
                   Time now) {
  std::erase_if(echoes_,
                [&](const auto& entry) { return entry.second.since + echo_window <= now; });
  if (echoes_.size() == most_echo_pairs && !echoes_.contains(pair)) return;
  auto& echoes = echoes_.try_emplace(pair, Echoes{now, 0}).first->second;
  if (echoes.count++ >= most_echoes) return;
  // Without a place for it, an echo is not worth waiting for.
  if (!write(pair, body, now, media)) return;
}

Result<std::int64_t> Network::write(const Pair& pair, const std::string& body, Time now,
                                    const messaging::MediaList& media) {
  TRY_ASSIGN(auto split, sms::split_text(body, next_reference_++));
  const bool is_mms = !media.empty();
  const auto parts = is_mms ? 1 : split.parts.size();
  if (handset_parts_ + parts > most_handset_parts || (is_mms && handset_mms_ == most_handset_mms)) {
    return fail(Errc::service_unavailable,
                "The handsets' messages wait for the link to the server.");
  }
  Text text;
  text.from_handset = true;
  text.body = body;
  text.pictures = pictures_of(media);
  text.created_at = now;
  const auto id = conversations_.add(pair, std::move(text));
  handset_parts_ += parts;
  if (is_mms) ++handset_mms_;
  writing_[id] = {pair, parts};
  auto* network = accounts_.of_line(pair.line, now);
  const auto bring = [&](Delivery delivery) {
    const bool twice = network && network->draws.next(pair.handset, pair.line)
                                      .meets(Fault::duplicate_inbound,
                                             network->settings.share(Fault::duplicate_inbound));
    auto copy = delivery;
    copy.is_copy = true;
    make_ready(std::move(delivery));
    if (twice) make_ready(std::move(copy));
  };
  if (is_mms) {
    bring({.pair = pair, .what = HandsetMms{id, body, media}, .by_mms = true});
    return id;
  }
  for (auto& part : split.parts) {
    bring({.pair = pair, .what = HandsetPart{id, split.encoding, std::move(part)}});
  }
  return id;
}

void Network::make_ready(Delivery delivery) {
  delivery.order = ++last_order_;
  (delivery.by_mms ? ready_mms_ : ready_).push_back(std::move(delivery));
}

std::optional<Delivery> Network::take(std::deque<Delivery>& ready) {
  if (ready.empty()) return std::nullopt;
  auto delivery = std::move(ready.front());
  ready.pop_front();
  ++in_hand_;
  return delivery;
}

void Network::settle(Delivery delivery, DeliveryResult result, Time now) {
  invariant(in_hand_ > 0, "a delivery is settled once");
  --in_hand_;
  if (result == DeliveryResult::not_sent) {
    // Several are told of as the link is lost, the oldest first: each goes back to its place.
    const auto place = std::ranges::upper_bound(ready_, delivery.order, {}, &Delivery::order);
    ready_.insert(place, std::move(delivery));
    return;
  }
  if (result == DeliveryResult::later && ++delivery.tries < most_tries) {
    plan(now + retry_after, std::move(delivery));
    return;
  }
  if (delivery.is_copy) return;
  if (const auto* part = std::get_if<HandsetPart>(&delivery.what)) {
    finish_part(part->text_id, result);
  } else if (const auto* mms = std::get_if<HandsetMms>(&delivery.what)) {
    --handset_mms_;
    finish_part(mms->text_id, result);
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
      if (std::exchange(delivery->is_held, false)) --held_;
      make_ready(std::move(*delivery));
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
