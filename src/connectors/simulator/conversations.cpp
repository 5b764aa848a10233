// What handsets and lines said to each other.
#include "connectors/simulator/conversations.hpp"

#include <algorithm>

namespace cloudvno::simulator {

std::string_view state_name(TextState state) {
  switch (state) {
    case TextState::pending:
      return "pending";
    case TextState::delivered:
      return "delivered";
    case TextState::undelivered:
      break;
  }
  return "undelivered";
}

Conversations::Conversation& Conversations::touch(const Pair& pair) {
  auto found = conversations_.find(pair);
  if (found == conversations_.end()) {
    if (conversations_.size() == most_pairs) {
      const auto oldest = by_revision_.begin();
      conversations_.erase(oldest->second);
      by_revision_.erase(oldest);
    }
    found = conversations_.emplace(pair, Conversation()).first;
  } else {
    by_revision_.erase(found->second.revision);
  }
  found->second.revision = ++revision_;
  by_revision_.emplace(revision_, pair);
  return found->second;
}

void Conversations::changed(const Pair& pair) {
  if (listener_) listener_(pair);
}

std::int64_t Conversations::add(const Pair& pair, Text text) {
  auto& conversation = touch(pair);
  text.id = text.revision = conversation.revision;
  text.line = pair.line;
  conversation.used_at = text.created_at;
  keep_pictures(pair, text);
  conversation.texts.push_back(std::move(text));
  if (conversation.texts.size() > most_texts) conversation.texts.pop_front();
  changed(pair);
  return conversation.revision;
}

Text* Conversations::find(const Pair& pair, std::int64_t id) {
  const auto found = conversations_.find(pair);
  if (found == conversations_.end()) return nullptr;
  const auto text = std::ranges::lower_bound(found->second.texts, id, {}, &Text::id);
  return text == found->second.texts.end() || text->id != id ? nullptr : &*text;
}

// A text that was forgotten itself counts until it is the oldest: so less may be kept, never more.
void Conversations::keep_pictures(const Pair& pair, const Text& text) {
  std::size_t bytes = 0;
  for (const auto& picture : text.pictures) bytes += picture.size;
  if (bytes == 0) return;
  picture_bytes_ += bytes;
  with_pictures_.push_back({pair, text.id, bytes});
  while (picture_bytes_ > most_picture_bytes) {
    const auto oldest = std::move(with_pictures_.front());
    with_pictures_.pop_front();
    picture_bytes_ -= oldest.bytes;
    if (auto* without = find(oldest.pair, oldest.id)) {
      for (auto& picture : without->pictures) picture.item.reset();
    }
  }
}

void Conversations::settle(const Pair& pair, std::int64_t id, TextState state,
                           std::string_view reason) {
  auto* text = find(pair, id);
  if (!text) return;
  text->state = state;
  text->reason = reason;
  text->revision = touch(pair).revision;
  changed(pair);
}

Behavior Conversations::behavior(const Pair& pair) const {
  const auto found = conversations_.find(pair);
  if (found == conversations_.end()) return default_behavior(pair.handset);
  return found->second.behavior.value_or(default_behavior(pair.handset));
}

void Conversations::set_behavior(const Pair& pair, Behavior behavior, Time now) {
  auto& conversation = touch(pair);
  conversation.behavior = behavior;
  conversation.used_at = now;
  changed(pair);
}

std::vector<Text> Conversations::texts(const PhoneNumber& handset,
                                       const std::vector<HeldLine>& lines,
                                       std::int64_t after) const {
  std::vector<Text> all;
  for (const auto& line : lines) {
    const auto found = conversations_.find({line.number, handset});
    if (found == conversations_.end() || found->second.revision <= after) continue;
    for (const auto& text : found->second.texts) {
      if (text.revision > after && text.created_at >= line.since) all.push_back(text);
    }
  }
  std::ranges::sort(all, {}, &Text::id);
  return all;
}

void Conversations::merge(HandsetSummary& summary, const Conversation& conversation,
                          const HeldLine& line) {
  if (conversation.used_at < line.since) return;
  if (conversation.behavior) summary.behavior = *conversation.behavior;
  summary.revision = std::max(summary.revision, conversation.revision);
  if (conversation.texts.empty()) return;
  const auto& last = conversation.texts.back();
  if (last.created_at >= line.since && (!summary.last || summary.last->id < last.id)) {
    summary.last = last;
  }
}

std::vector<HandsetSummary> Conversations::handsets(const std::vector<HeldLine>& lines,
                                                    std::size_t most) const {
  std::map<PhoneNumber, HandsetSummary> by_handset;
  for (const auto& line : lines) {
    for (auto at = conversations_.lower_bound({line.number, PhoneNumber()});
         at != conversations_.end() && at->first.line == line.number; ++at) {
      if (at->second.used_at < line.since) continue;
      auto& summary = by_handset[at->first.handset];
      if (summary.handset.e164().empty()) {
        summary.handset = at->first.handset;
        summary.behavior = default_behavior(summary.handset);
      }
      merge(summary, at->second, line);
    }
  }
  std::vector<HandsetSummary> all;
  for (auto& [handset, summary] : by_handset) all.push_back(std::move(summary));
  std::ranges::sort(all, std::greater(), &HandsetSummary::revision);
  if (all.size() > most) all.resize(most);
  return all;
}

HandsetSummary Conversations::summary(const PhoneNumber& handset,
                                      const std::vector<HeldLine>& lines) const {
  HandsetSummary summary;
  summary.handset = handset;
  summary.behavior = default_behavior(handset);
  for (const auto& line : lines) {
    const auto found = conversations_.find({line.number, handset});
    if (found != conversations_.end()) merge(summary, found->second, line);
  }
  return summary;
}

}  // namespace cloudvno::simulator
