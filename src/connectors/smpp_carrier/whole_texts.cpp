// Texts of several parts that go out as one.
#include "connectors/smpp_carrier/whole_texts.hpp"

namespace cloudvno::smpp_carrier {

bool WholeTexts::leads(const messaging::Submission& submission, Done& done) {
  const auto [at, is_new] = texts_.try_emplace(submission.message);
  if (is_new) return true;
  auto& text = at->second;
  if (!text.accepted) {
    text.waiting.emplace_back(submission.part.number, std::move(done));
    return false;
  }
  text.told.insert(submission.part.number);
  if (static_cast<int>(text.told.size()) == submission.part.of) forget(submission.message);
  done({messaging::SubmitResult::accepted, {}, 0});
  return false;
}

void WholeTexts::settle(const messaging::Submission& submission,
                        const messaging::SubmitOutcome& outcome) {
  const auto at = texts_.find(submission.message);
  if (at == texts_.end()) return;
  auto& text = at->second;
  const auto waiting = std::move(text.waiting);
  text.accepted = outcome.result == messaging::SubmitResult::accepted;
  text.told.insert(submission.part.number);
  for (const auto& [number, done] : waiting) text.told.insert(number);
  const bool all = static_cast<int>(text.told.size()) == submission.part.of;
  if (text.accepted) text.age = answered_.insert(answered_.end(), submission.message);
  // What was not accepted is tried anew by whichever part comes next.
  if (!text.accepted || all) forget(submission.message);
  if (answered_.size() > most_answered) forget(MessageSid(answered_.front()));
  for (const auto& [number, done] : waiting) done({outcome.result, {}, outcome.error_code});
}

void WholeTexts::forget(const MessageSid& sid) {
  const auto at = texts_.find(sid);
  if (at == texts_.end()) return;
  if (at->second.accepted) answered_.erase(at->second.age);
  texts_.erase(at);
}

}  // namespace cloudvno::smpp_carrier
