// SQL of the table verification_budget, and the limits of sending and guessing. In bodies.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "domain/verify/budget.hpp"
#include "domain/verify/verification.hpp"
#include "platform/storage/database.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::verify {

// One limit and what it is of. Two mean the same where kind and subject are the same.
struct Budget {
  std::string_view kind;  // "send.number"
  std::string subject;
  Limit limit;
  std::int64_t amount = 1;  // that one send or check costs
};

// Of an account whose limits the operator lifted only those of the number remain: they protect a
// person, not the platform.
std::vector<Budget> send_budgets(const Verification& verification, bool limited);
std::vector<Budget> check_budgets(const Verification& verification, std::string_view client_address,
                                  bool limited);
struct Owner {
  AccountSid account;
  bool live = false;
};

// Budgets as the store has them, their rows locked: what is found holds until the end of the
// transaction. Two processes that meet a subject for the first time at the same moment may both
// find it new; of a number they do not, because they wait for its verification.
class OpenBudgets {
 public:
  OpenBudgets(storage::Transaction& tx, const vault::Keys& keys, Owner owner,
              std::vector<Budget> budgets);

  // How long until all have room; 0 where they have now.
  std::chrono::seconds wait(Time now) const;
  // Takes from all, which had room.
  void take(Time now);

 private:
  struct Open {
    Budget budget;
    Bytes index;
    Amounts amounts;
  };
  storage::Transaction& tx_;
  const Owner owner_;
  std::vector<Open> open_;
};

void forget_budget(storage::Transaction& tx, const vault::Keys& keys, const Owner& owner,
                   const Budget& budget);

}  // namespace cloudvno::verify
