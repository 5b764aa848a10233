// Puts the parts of inbound long texts together (3GPP TS 23.040 section 9.2.3.24.1).
//
// Parts come in any order, twice, or never. A text is ready when its last part has come, or, with
// gaps, when the time-out has passed since its first.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "protocol/sms/udh.hpp"

namespace cloudvno::sms {

// Which text a part belongs to.
struct JoinKey {
  std::string sender;
  std::string recipient;
  std::uint16_t reference = 0;
  bool wide_reference = false;
  std::uint8_t total = 1;

  auto operator<=>(const JoinKey&) const = default;
};

struct InboundPart {
  std::string sender;
  std::string recipient;
  Concatenation concatenation;
  std::uint8_t data_coding = 0;
  Bytes text;  // without the header
};

struct JoinedText {
  JoinKey key;
  std::string text;  // UTF-8; "[...]" stands where parts are missing
  int received = 0;  // parts that came, of key.total
  Time first_at;     // when its first part came

  bool complete() const { return received == key.total; }
};

// One object for all carriers of a process. It waits for nothing and stores nothing: a restart
// loses what it holds, so its owner acknowledges a part only when it is stored, and adds stored
// parts again after a start. Not thread-safe; lives on `control`.
class Reassembly {
 public:
  struct Limits {
    Micros timeout = std::chrono::minutes(10);  // from a text's first part on
    Micros memory = std::chrono::minutes(2);    // of an answered text, to tell late duplicates
    std::size_t most_texts = 10'000;            // waiting or remembered
    std::size_t most_octets = 16'000'000;       // of their parts, each with `part_cost` besides
  };
  static constexpr std::size_t part_cost = 96;        // what keeping a part takes, about
  static constexpr std::size_t longest_part = 1'600;  // octets; a longer one is cut there

  explicit Reassembly(Limits limits) : limits_(limits) {}
  Reassembly() : Reassembly(Limits{}) {}

  // Takes a part, and answers the texts that are ready, in this order: those past their time-out;
  // the one whose reference came again with other content, which begins a new text; the part's own
  // if it was the last missing; and beyond a limit those that waited longest. A part that came
  // before changes nothing, also for a while after its text was answered. A part of a text of one,
  // or with a number that cannot be ("3 of 2"), is a text by itself.
  std::vector<JoinedText> add(InboundPart part, Time now);

  // Answers, with gaps, the texts whose time-out has passed, oldest first.
  std::vector<JoinedText> expire(Time now);

  // When to call expire; nothing while there is nothing to answer or forget.
  std::optional<Time> next_deadline() const;

  std::size_t texts() const { return texts_.size(); }
  std::size_t octets() const { return octets_; }

 private:
  struct Part {
    std::uint8_t data_coding = 0;
    Bytes text;               // empty once the text was answered
    std::uint64_t print = 0;  // tells the same content from other content
  };
  struct Text {
    std::map<std::uint8_t, Part> parts;  // by number
    Time first_at;
    Time answered_at;
    bool answered = false;
    std::list<JoinKey>::iterator age;  // in answered_ if answered, else in waiting_
  };
  using Texts = std::map<JoinKey, Text>;

  Texts::iterator find_or_begin(const JoinKey& key, Time now);
  JoinedText answer(Texts::iterator at, Time now);
  void forget(Texts::iterator at);
  void shrink(std::vector<JoinedText>& ready, Time now);

  Limits limits_;
  Texts texts_;
  std::list<JoinKey> waiting_;   // oldest first
  std::list<JoinKey> answered_;  // oldest first
  std::size_t octets_ = 0;
};

}  // namespace cloudvno::sms
