// A database over another that loses the answer to a commit, is away, or is slow, where a test says
// so.
#pragma once

#include <utility>

#include "platform/net/event.hpp"
#include "platform/storage/batch.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::storage::testing {

class DoubtfulDatabase final : public Database {
 public:
  explicit DoubtfulDatabase(Database& store) : store_(store) {}

  // What the next transact() writes comes to the disk, and its caller hears service_unavailable.
  void lose_next_answer() { lose_next_ = true; }
  // While it is, nothing is read or written, and callers hear service_unavailable.
  void set_away(bool away) { away_ = away; }
  // While there is one, coroutines hear what they read once it is set.
  void hold_reads(net::Event* until) { hold_reads_ = until; }
  int held() const { return held_; }

 protected:
  net::Task<std::optional<Error>> submit(Kind kind, Body body) override {
    if (away_) co_return store_failed("the store is away");
    bool kept = true;
    const auto run = within(body, kept);
    const auto done =
        kind == Kind::read ? co_await store_.read(run) : co_await store_.transact(run);
    if (auto* held = kind == Kind::read ? hold_reads_ : nullptr) {
      ++held_;
      co_await held->wait();
      --held_;
      held->set();  // for the next one that waits
    }
    co_return outcome(kind, done, kept);
  }
  std::optional<Error> submit_now(Kind kind, Body body) override {
    if (away_) return store_failed("the store is away");
    bool kept = true;
    const auto run = within(body, kept);
    const auto done = kind == Kind::read ? store_.read_now(run) : store_.transact_now(run);
    return outcome(kind, done, kept);
  }

 private:
  static std::function<Result<>(Transaction&)> within(Body& body, bool& kept) {
    return [&](Transaction& tx) -> Result<> {
      kept = body(tx);
      if (!kept) return fail(Errc::internal_error);
      return {};
    };
  }
  std::optional<Error> outcome(Kind kind, const Result<>& done, bool kept) {
    if (!kept) return std::nullopt;  // the caller's own error
    if (!done) return done.error();
    if (kind == Kind::read || !std::exchange(lose_next_, false)) return std::nullopt;
    return store_failed("the answer to the commit was lost");
  }

  Database& store_;
  bool lose_next_ = false;
  bool away_ = false;
  net::Event* hold_reads_ = nullptr;
  int held_ = 0;
};

}  // namespace cloudvno::storage::testing
