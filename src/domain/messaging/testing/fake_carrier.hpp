// A carrier in memory, which answers as the test tells it to.
#pragma once

#include <deque>

#include "domain/messaging/carrier.hpp"

namespace cloudvno::messaging::testing {

class FakeCarrier final : public Carrier {
 public:
  explicit FakeCarrier(std::string name, std::size_t window = 10)
      : name_(std::move(name)), window_(window) {}

  std::string_view name() const override { return name_; }
  bool is_up() const override { return up_; }
  std::size_t window() const override { return up_ ? window_ : 0; }
  const CarrierTraits& traits() const override { return traits_; }
  void submit(Submission submission, std::function<void(SubmitOutcome)> done) override {
    submissions.push_back(std::move(submission));
    waiting.push_back(std::move(done));
    most_waiting = std::max(most_waiting, waiting.size());
    if (answers_at_once) accept_next();
  }

  // Answers the oldest submission that waits.
  void answer_next(SubmitOutcome outcome) {
    auto done = std::move(waiting.front());
    waiting.pop_front();
    done(std::move(outcome));
  }
  void accept_next() { answer_next({SubmitResult::accepted, "id" + std::to_string(++last_id), 0}); }

  void set_up(bool up) { up_ = up; }
  CarrierTraits& traits() { return traits_; }

  std::vector<Submission> submissions;  // all, in order
  std::deque<std::function<void(SubmitOutcome)>> waiting;
  std::size_t most_waiting = 0;
  int last_id = 0;
  bool answers_at_once = false;

 private:
  std::string name_;
  std::size_t window_;
  bool up_ = true;
  CarrierTraits traits_;
};

}  // namespace cloudvno::messaging::testing
