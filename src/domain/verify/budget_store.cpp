// The limits, and their rows.
#include "domain/verify/budget_store.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "domain/fraud/client_network.hpp"

namespace cloudvno::verify {
namespace {

using namespace std::chrono_literals;

// Sending, of which each costs somebody money and the person's patience.
constexpr Limit sends_to_number{20, 24h};
constexpr Limit sends_to_prefix{100, 1h};  // the 1,000 numbers that differ in the last three digits
constexpr Limit sends_of_client{30, 1h};   // a client address may be many people's
constexpr Limit sends_of_account{10'000, 1h};
// Wrong codes. A number's day has 100 parts: a check of 4 digits costs 10, of 5 digits 5, of more
// 2, so 10, 20 or 50 checks, and guessing succeeds with a chance of at most 1 in 1,000, 5,000 or
// 20,000 a day.
constexpr Limit checks_of_number{100, 24h};
constexpr Limit checks_of_prefix{300, 1h};
constexpr Limit checks_of_client{60, 1h};
constexpr Limit checks_of_account{10'000, 1h};

std::int64_t cost_of_check(int code_length) {
  return code_length <= 4 ? 10 : code_length == 5 ? 5 : 2;
}

// Of a number without its last three digits; of an address its domain would be a whole provider.
std::string prefix_of(const Verification& verification) {
  if (verification.is_email() || verification.to.size() <= 5) return {};
  return verification.to.substr(0, verification.to.size() - 3);
}

void add_shared(std::vector<Budget>& budgets, const Verification& verification,
                std::string_view client, bool sending) {
  if (auto prefix = prefix_of(verification); !prefix.empty()) {
    budgets.push_back({sending ? "send.prefix" : "check.prefix", std::move(prefix),
                       sending ? sends_to_prefix : checks_of_prefix});
  }
  if (!client.empty()) {
    budgets.push_back({sending ? "send.client" : "check.client", fraud::client_network(client),
                       sending ? sends_of_client : checks_of_client});
  }
  budgets.push_back({sending ? "send.account" : "check.account",
                     {},
                     sending ? sends_of_account : checks_of_account});
}

Bytes index_of(const vault::Keys& keys, const Owner& owner, const Budget& budget) {
  return keys.blind_index(
      "verification_budget.budget",
      fmt::format("{}:{}:{}", owner.live ? "live" : "test", budget.kind, budget.subject));
}

}  // namespace

std::vector<Budget> send_budgets(const Verification& verification, bool limited) {
  std::vector<Budget> budgets{{"send.number", verification.to, sends_to_number}};
  if (limited) add_shared(budgets, verification, verification.request.client_address, true);
  return budgets;
}

std::vector<Budget> check_budgets(const Verification& verification, std::string_view client_address,
                                  bool limited) {
  std::vector<Budget> budgets{{"check.number", verification.to, checks_of_number,
                               cost_of_check(verification.request.code_length)}};
  if (limited) add_shared(budgets, verification, client_address, false);
  return budgets;
}

OpenBudgets::OpenBudgets(storage::Transaction& tx, const vault::Keys& keys, Owner owner,
                         std::vector<Budget> budgets)
    : tx_(tx), owner_(owner) {
  for (auto& budget : budgets) {
    auto index = index_of(keys, owner_, budget);
    const auto rows = tx.query_for_update(
        "SELECT amounts FROM verification_budget WHERE budget_index = $1", index);
    auto amounts = rows->next() ? Amounts::parse(rows->text(0)) : Amounts();
    open_.push_back({std::move(budget), std::move(index), std::move(amounts)});
  }
}

std::chrono::seconds OpenBudgets::wait(Time now) const {
  std::chrono::seconds wait{0};
  for (const auto& [budget, index, amounts] : open_) {
    if (amounts.fits(budget.limit, budget.amount, now)) continue;
    wait = std::max(wait, amounts.wait(budget.limit, budget.amount, now));
  }
  return wait;
}

void OpenBudgets::take(Time now) {
  for (auto& [budget, index, amounts] : open_) {
    amounts.add(budget.limit, budget.amount, now);
    tx_.run(
        "INSERT INTO verification_budget (budget_index, account_sid, amounts, updated_at) "
        "VALUES ($1, $2, $3, $4) ON CONFLICT (budget_index) DO UPDATE SET "
        "amounts = excluded.amounts, updated_at = excluded.updated_at",
        index, owner_.account, amounts.str(), now);
  }
}

void forget_budget(storage::Transaction& tx, const vault::Keys& keys, const Owner& owner,
                   const Budget& budget) {
  tx.run("DELETE FROM verification_budget WHERE budget_index = $1", index_of(keys, owner, budget));
}

}  // namespace cloudvno::verify
