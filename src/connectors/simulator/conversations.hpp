// What handsets and lines said to each other, for the handset page. In memory only.
//
// A *line* is an account's number as the simulated network sees it. All is kept by the pair of line
// and handset, so that one account neither sees nor pushes out what a handset said to another.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/model/phone_number.hpp"
#include "base/time.hpp"
#include "connectors/simulator/behavior.hpp"
#include "domain/messaging/media_item.hpp"

namespace cloudvno::simulator {

enum class TextState : std::uint8_t { pending, delivered, undelivered };

std::string_view state_name(TextState state);

struct Picture {
  std::string content_type;
  std::size_t size = 0;
  std::shared_ptr<const messaging::MediaItem> item;  // null: forgotten
};

struct Text {
  std::int64_t id = 0;        // rises with every text, also over a restart; below 2^53
  std::int64_t revision = 0;  // rises with every change of any text, likewise
  PhoneNumber line;
  bool from_handset = false;
  std::string body;                 // UTF-8
  std::vector<Picture> pictures{};  // or sounds, or documents: then it is an MMS
  TextState state = TextState::pending;
  std::string_view reason;           // why it is undelivered, for people; else empty
  std::string_view channel = "sms";  // of verify::channel_names; an MMS is told by its pictures
  Time created_at;
};

struct Pair {
  PhoneNumber line;
  PhoneNumber handset;
  auto operator<=>(const Pair&) const = default;
};

// A line that the caller holds, and since when: what was said before that is not the caller's.
struct HeldLine {
  PhoneNumber number;
  Time since;
};

struct HandsetSummary {
  PhoneNumber handset;
  Behavior behavior = Behavior::at_once;
  std::optional<Text> last;
  std::int64_t revision = 0;
};

// Lives on the control thread. Keeps the last 100 texts of a pair and 10,000 pairs; beyond that it
// forgets the pair that was idle longest, with its behavior. Of pictures it keeps 64 MiB, the
// newest.
class Conversations {
 public:
  static constexpr std::size_t most_texts = 100;
  static constexpr std::size_t most_pairs = 10'000;
  static constexpr std::size_t most_picture_bytes = 64 * std::size_t{1024} * 1024;

  explicit Conversations(Time now) : revision_(to_micros(now)) {}

  // Called after each change.
  void on_change(std::function<void(const Pair&)> listener) { listener_ = std::move(listener); }

  // Fills in id, revision and line; answers the id.
  std::int64_t add(const Pair& pair, Text text);
  // Nothing where the text is forgotten.
  void settle(const Pair& pair, std::int64_t id, TextState state, std::string_view reason);

  Behavior behavior(const Pair& pair) const;
  void set_behavior(const Pair& pair, Behavior behavior, Time now);

  // What changed after revision `after` between the handset and the lines, by id.
  std::vector<Text> texts(const PhoneNumber& handset, const std::vector<HeldLine>& lines,
                          std::int64_t after) const;
  // The `most` handsets that talked with the lines last, newest first.
  std::vector<HandsetSummary> handsets(const std::vector<HeldLine>& lines, std::size_t most) const;
  // Of one handset, whether it talked or not.
  HandsetSummary summary(const PhoneNumber& handset, const std::vector<HeldLine>& lines) const;

  // The last revision given.
  std::int64_t revision() const { return revision_; }
  std::size_t pairs() const { return conversations_.size(); }

 private:
  struct Conversation {
    std::deque<Text> texts;  // by id
    std::optional<Behavior> behavior;
    std::int64_t revision = 0;
    Time used_at;  // by the line's holder or the handset
  };

  Conversation& touch(const Pair& pair);
  Text* find(const Pair& pair, std::int64_t id);
  void keep_pictures(const Pair& pair, const Text& text);
  void changed(const Pair& pair);
  static void merge(HandsetSummary& summary, const Conversation& conversation,
                    const HeldLine& line);

  std::map<Pair, Conversation> conversations_;
  std::map<std::int64_t, Pair> by_revision_;
  struct WithPictures {
    Pair pair;
    std::int64_t id = 0;
    std::size_t bytes = 0;
  };
  std::deque<WithPictures> with_pictures_;  // the oldest first
  std::size_t picture_bytes_ = 0;           // of them
  std::int64_t revision_;
  std::function<void(const Pair&)> listener_;
};

}  // namespace cloudvno::simulator
