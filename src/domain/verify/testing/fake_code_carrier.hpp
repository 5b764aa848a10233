// A carrier that takes codes, or answers what the test says.
#pragma once

#include <deque>
#include <vector>

#include "domain/verify/code_carrier.hpp"
#include "platform/net/runtime.hpp"

namespace cloudvno::verify::testing {

class FakeCodeCarrier final : public CodeCarrier {
 public:
  net::Task<Brought> bring(OutgoingCode code) override {
    brought.push_back(std::move(code));
    while (hangs) co_await net::sleep_for(std::chrono::milliseconds(1));
    if (answers.empty()) co_return Brought{};
    auto answer = std::move(answers.front());
    answers.pop_front();
    co_return answer;
  }

  std::vector<OutgoingCode> brought;
  bool hangs = false;  // until the test ends
  std::deque<Brought> answers;
};

}  // namespace cloudvno::verify::testing
