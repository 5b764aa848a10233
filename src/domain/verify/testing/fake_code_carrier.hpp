// A carrier that takes codes, or answers what the test says.
#pragma once

#include <deque>
#include <vector>

#include "domain/verify/code_carrier.hpp"

namespace cloudvno::verify::testing {

class FakeCodeCarrier final : public CodeCarrier {
 public:
  net::Task<Brought> bring(OutgoingCode code) override {
    brought.push_back(std::move(code));
    if (answers.empty()) co_return Brought{};
    auto answer = std::move(answers.front());
    answers.pop_front();
    co_return answer;
  }

  std::vector<OutgoingCode> brought;
  std::deque<Brought> answers;
};

}  // namespace cloudvno::verify::testing
