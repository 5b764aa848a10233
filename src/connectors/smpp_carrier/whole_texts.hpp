// Texts of several parts that go out as one submit_sm (SMPP 3.4 section 5.3.2.32: message_payload).
//
// The engine hands over parts one by one. The first of a message that comes takes the whole text
// with it; the others share its outcome. The id belongs to the first: the others are accepted with
// none, so that one receipt settles the message.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <set>
#include <unordered_map>
#include <vector>

#include "domain/messaging/carrier.hpp"

namespace cloudvno::smpp_carrier {

// Lives on the control thread with its carrier. Remembers at most `most_answered` messages some
// parts of which are still to come; a part whose message was forgotten takes the text out anew.
class WholeTexts {
 public:
  using Done = std::function<void(messaging::SubmitOutcome)>;
  static constexpr std::size_t most_answered = 1'000;

  // Whether the submission is a part of a text that can go as a whole.
  static bool is_part(const messaging::Submission& submission) {
    return submission.part.of > 1 && !submission.text.empty();
  }

  // True: this one goes out, and settle() is to be told its outcome. Else `done` is told when that
  // is known, later than this call only if it is not: then at once.
  bool leads(const messaging::Submission& submission, Done& done);
  // Tells the parts that came meanwhile; those of an accepted text that come later are told by
  // leads().
  void settle(const messaging::Submission& submission, const messaging::SubmitOutcome& outcome);

  std::size_t size() const { return texts_.size(); }

 private:
  struct Text {
    bool accepted = false;
    std::set<int> told;  // numbers of its parts
    std::vector<std::pair<int, Done>> waiting;
    std::list<MessageSid>::iterator age;  // in answered_ if accepted
  };

  void forget(const MessageSid& sid);

  std::unordered_map<MessageSid, Text> texts_;
  std::list<MessageSid> answered_;  // oldest first
};

}  // namespace cloudvno::smpp_carrier
