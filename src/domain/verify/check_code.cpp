// Checking a code.
#include "domain/verify/check_code.hpp"

#include "domain/verify/attempt.hpp"
#include "domain/verify/budget_store.hpp"
#include "domain/verify/code.hpp"
#include "domain/verify/day_store.hpp"
#include "domain/verify/move_verification.hpp"
#include "domain/verify/verification_store.hpp"

namespace cloudvno::verify {
namespace {

Result<> approve(storage::Transaction& tx, const Parts& parts, const vault::Keys& keys,
                 Checked& checked, Time now) {
  auto& verification = checked.verification;
  checked.valid = true;
  move_verification(tx, parts.webhooks.outbox(), keys, verification, Status::approved, now,
                    checked.told);
  count_day(tx, verification, Counted::approved, parts.webhooks.outbox().owner());
  // Who gives codes back is no one who floods the number with them.
  const Owner owner{verification.account, verification.live};
  forget_budget(tx, keys, owner, send_budgets(verification, false).front());
  return verification.is_email() ? Result<>()
                                 : parts.guard.converted(tx, attempt_of(verification), now);
}

}  // namespace

Result<Checked> check_code(storage::Transaction& tx, const Parts& parts, const vault::Keys& keys,
                           const CheckOrder& order, Time now) {
  TRY_ASSIGN(auto found, find_last(tx, keys, order.live, order.to));
  if (!found || found->created_at < order.visible_from) {
    return fail(Errc::verification_not_found, {}, "to");
  }
  Checked checked;
  auto& verification = checked.verification = std::move(*found);
  const auto& outbox = parts.webhooks.outbox();
  if (verification.status == Status::approved) {
    return fail(Errc::verification_already_approved, {}, "to");
  }
  if (verification.status == Status::pending && verification.is_over(now)) {
    move_verification(tx, outbox, keys, verification, Status::expired, now, checked.told);
  }
  if (verification.status != Status::pending) return checked;

  OpenBudgets budgets(tx, keys, {order.account, order.live},
                      check_budgets(verification, order.client_address, order.limited));
  if (const auto wait = budgets.wait(now); wait.count() > 0) {
    return std::unexpected(Error{
        Errc::verification_check_limit_reached, {}, "to", {}, static_cast<int>(wait.count())});
  }
  ++verification.attempts;
  const auto right = derive_code(keys, verification.sid, verification.request.code_length);
  if (is_same_code(right, order.code)) {
    TRY(approve(tx, parts, keys, checked, now));
    return checked;
  }
  budgets.take(now);
  if (verification.attempts >= verification.request.max_attempts) {
    move_verification(tx, outbox, keys, verification, Status::max_attempts_reached, now,
                      checked.told);
  } else {
    verification.updated_at = now;
    write_state(tx, verification);
  }
  return checked;
}

}  // namespace cloudvno::verify
