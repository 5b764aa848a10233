// Keeping mails.
#include "connectors/simulator/mailbox.hpp"

#include <algorithm>

namespace cloudvno::simulator {

void Mailbox::add(const AccountSid& account, ReceivedMail mail) {
  if (!mails_.contains(account) && mails_.size() == most_accounts) {
    mails_.erase(std::ranges::min_element(
        mails_, {}, [](const auto& entry) { return entry.second.back().id; }));
  }
  auto& kept = mails_[account];
  mail.id = ++last_id_;
  kept.push_back(std::move(mail));
  if (kept.size() > most_mails) kept.pop_front();
}

const std::deque<ReceivedMail>& Mailbox::mails(const AccountSid& account) const {
  static const std::deque<ReceivedMail> none;
  const auto found = mails_.find(account);
  return found == mails_.end() ? none : found->second;
}

}  // namespace cloudvno::simulator
