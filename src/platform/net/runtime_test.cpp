// Loops, task groups, events and deadlines.
#include "platform/net/runtime.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <future>

#include "platform/net/event.hpp"
#include "platform/net/run_on.hpp"
#include "platform/net/testing/run.hpp"

namespace cloudvno::net {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::run;

Task<> sleep_forever() {
  co_await sleep_for(24h);
}

Task<int> answer(int number) {
  co_return number;
}

TEST(Loop, RunsOnOneThreadOfItsOwn) {
  Loop loop("test-loop");
  std::promise<bool> here;
  asio::post(loop.executor(), [&] { here.set_value(loop.runs_here()); });
  EXPECT_TRUE(here.get_future().get());
  EXPECT_FALSE(loop.runs_here());
}

TEST(Loop, GoesOnAfterAnException) {
  Loop loop("test-loop");
  std::promise<void> after;
  asio::post(loop.executor(), [] { throw std::runtime_error("escaped"); });
  asio::post(loop.executor(), [&] { after.set_value(); });
  after.get_future().get();
}

TEST(TaskGroup, WaitsForItsTasks) {
  asio::io_context context(1);
  int done = 0;
  TaskGroup group(context.get_executor(), "test");
  const auto task = [&]() -> Task<> {
    co_await sleep_for(1ms);
    ++done;
  };
  group.spawn("one", task());
  group.spawn("two", task());
  EXPECT_EQ(group.running(), 2U);
  run(context, group.wait());
  EXPECT_EQ(done, 2);
  EXPECT_EQ(group.running(), 0U);
}

TEST(TaskGroup, CancelEndsWhatWaitsAndDropsWhatComesLater) {
  asio::io_context context(1);
  TaskGroup group(context.get_executor(), "test");
  for (int i = 0; i < 100; ++i) group.spawn("sleeper", sleep_forever());
  bool ran = false;
  const auto later = [&]() -> Task<> {
    ran = true;
    co_return;
  };
  const auto body = [&]() -> Task<> {
    co_await sleep_for(0ms);
    group.cancel();
    group.spawn("late", later());
    co_await group.wait();
  };
  run(context, body());
  EXPECT_FALSE(ran);
}

TEST(TaskGroup, OutlivesATaskThatThrows) {
  asio::io_context context(1);
  TaskGroup group(context.get_executor(), "test");
  const auto thrower = []() -> Task<> {
    throw std::runtime_error("no");
    co_return;
  };
  group.spawn("thrower", thrower());
  run(context, group.wait());
  group.spawn("next", thrower());
  run(context, group.wait());
}

TEST(TaskGroup, CanBeSpawnedCancelledAndAwaitedFromOtherThreads) {
  Loop home("home");
  Loop other("other");
  TaskGroup group(home.executor(), "test");
  for (int i = 0; i < 20; ++i) group.spawn("sleeper", sleep_forever());
  const auto body = [&]() -> Task<> {
    group.cancel();
    co_await group.wait();
  };
  asio::co_spawn(other.executor(), body(), asio::use_future).get();
  EXPECT_EQ(group.running(), 0U);
  other.stop();
  home.stop();
}

TEST(Event, IsNotLostWhenSetBeforeTheWait) {
  asio::io_context context(1);
  Event event(context.get_executor());
  event.set();
  event.set();
  run(context, event.wait());
  EXPECT_FALSE(run(context, event.wait_for(1ms)));
}

TEST(Event, WakesTheOneThatWaits) {
  asio::io_context context(1);
  Event event(context.get_executor());
  asio::post(context, [&] { event.set(); });
  EXPECT_TRUE(run(context, event.wait_for(1h)));
}

TEST(Event, FollowsAClockMovedByHand) {
  asio::io_context context(1);
  ManualClock clock;
  Event event(context.get_executor());
  asio::post(context, [&] { clock.advance(1h); });
  EXPECT_FALSE(run(context, event.wait_until(clock, clock.now() + 1h)));
  asio::post(context, [&] { clock.advance(1h); });
  run(context, sleep_until(clock, clock.now() + 1h));
}

TEST(WithDeadline, HandsOnWhatCameInTime) {
  EXPECT_EQ(run(with_deadline(answer(7), 1h)), 7);
  const auto nothing = []() -> Task<> { co_return; };
  EXPECT_EQ(run(with_deadline(nothing(), 1h)), true);
}

TEST(WithDeadline, CancelsWhatCameTooLate) {
  EXPECT_FALSE(run(with_deadline(sleep_forever(), 1ms)));
}

TEST(WithDeadline, AnswersNothingForATaskThatHidesItsCancellation) {
  const auto hider = []() -> Task<int> {
    try {
      co_await sleep_for(24h);
    } catch (const boost::system::system_error&) {
    }
    co_return 1;
  };
  EXPECT_FALSE(run(with_deadline(hider(), 1ms)));
}

TEST(WithDeadline, HandsOnAnException) {
  const auto thrower = []() -> Task<int> {
    throw std::runtime_error("no");
    co_return 1;
  };
  EXPECT_THROW(run(with_deadline(thrower(), 1h)), std::runtime_error);
}

TEST(WithDeadline, IsCancelledWithItsCaller) {
  asio::io_context context(1);
  TaskGroup group(context.get_executor(), "test");
  const auto body = []() -> Task<> { co_await with_deadline(sleep_forever(), 1h); };
  group.spawn("body", body());
  group.cancel();
  run(context, group.wait());
}

TEST(RunOn, RunsThereAndResumesHere) {
  Loop there("there");
  Loop here("here");
  const auto inner = [&]() -> Task<int> {
    EXPECT_TRUE(there.runs_here());
    co_return 5;
  };
  const auto outer = [&]() -> Task<int> {
    const int got = co_await run_on(there.executor(), inner());
    EXPECT_TRUE(here.runs_here());
    co_return got;
  };
  EXPECT_EQ(asio::co_spawn(here.executor(), outer(), asio::use_future).get(), 5);
  here.stop();
  there.stop();
}

TEST(RunOn, CarriesCancellationAcrossThreadsAndAwaitsTheEnd) {
  Loop there("there");
  Loop here("here");
  std::atomic<int> begun = 0;
  std::atomic<int> ended = 0;
  const auto inner = [&]() -> Task<> {
    struct End {
      std::atomic<int>& ended;
      ~End() { ++ended; }
    } end{ended};
    ++begun;
    co_await with_deadline(sleep_forever(), 24h);
  };
  const auto outer = [&]() -> Task<int> {
    int timeouts = 0;
    for (int i = 0; i < 50; ++i) {
      const auto in_time = co_await with_deadline(run_on(there.executor(), inner()), 1ms);
      if (!in_time) ++timeouts;
      EXPECT_EQ(begun, ended);
    }
    co_return timeouts;
  };
  EXPECT_EQ(asio::co_spawn(here.executor(), outer(), asio::use_future).get(), 50);
  here.stop();
  there.stop();
}

}  // namespace
}  // namespace cloudvno::net
