// Mails that the simulated network took, for the developer to read. In memory only.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "base/model/sid.hpp"
#include "base/time.hpp"

namespace cloudvno::simulator {

struct ReceivedMail {
  std::int64_t id = 0;  // rises with every mail
  std::string to;
  std::string subject;
  std::string body;
  Time created_at;
};

// Lives on the control thread. Keeps the last 100 mails of an account and 1,000 accounts; beyond
// that it forgets the account whose last mail is oldest.
class Mailbox {
 public:
  static constexpr std::size_t most_mails = 100;
  static constexpr std::size_t most_accounts = 1'000;

  void add(const AccountSid& account, ReceivedMail mail);
  // The newest last; empty where there is none.
  const std::deque<ReceivedMail>& mails(const AccountSid& account) const;

 private:
  std::map<AccountSid, std::deque<ReceivedMail>> mails_;
  std::int64_t last_id_ = 0;
};

}  // namespace cloudvno::simulator
