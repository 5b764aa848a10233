// A guard that blocks what the test says, and remembers what it was asked.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "domain/fraud/guard.hpp"

namespace cloudvno::verify::testing {

// Its memory is not the store's: a body that runs again counts again.
class FakeGuard final : public fraud::Guard {
 public:
  Result<fraud::Risk> judge(storage::Transaction&, const fraud::Attempt& attempt, Time) override {
    judged.push_back(attempt.to.e164());
    client_address = attempt.client_address;
    fraud::Risk risk;
    if (blocked.contains(attempt.to.e164())) {
      risk = {97, {{"neighbouring_numbers", 60}, {"high_cost_range", 37}}, true};
    }
    return risk;
  }
  PhoneNumber one_form_of(const PhoneNumber& number) const override {
    // As a plan with the trunk prefix 0 has it.
    auto text = number.e164();
    if (text.starts_with("+440")) text.erase(3, 1);
    return *PhoneNumber::parse(text);
  }
  Result<fraud::Risk> standing(storage::Transaction&, const fraud::Attempt& attempt,
                               Time) override {
    fraud::Risk risk;
    if (blocked.contains(attempt.to.e164())) risk = {100, {{"prefix_blocked", 100}}, true};
    return risk;
  }
  Result<> converted(storage::Transaction&, const fraud::Attempt& attempt, Time) override {
    approved.push_back(attempt.to.e164());
    return {};
  }

  std::set<std::string> blocked;
  std::vector<std::string> judged;
  std::vector<std::string> approved;
  std::string client_address;
};

}  // namespace cloudvno::verify::testing
