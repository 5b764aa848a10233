// Turns and the line for them.
#include "platform/net/semaphore.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "platform/net/runtime.hpp"

namespace cloudvno::net {
namespace {

// One thread, run by hand: what happens when is exact.
class SemaphoreTest : public ::testing::Test {
 protected:
  void begin(TaskGroup& group, char name) { group.spawn("turn", take_turn(name)); }
  void run() {
    context_.restart();
    context_.poll();
  }
  Task<> take_turn(char name) {
    const auto permit = co_await semaphore_.acquire();
    if (!permit) {
      story_ += '-';
      story_ += name;
      co_return;
    }
    story_ += name;
    Event goes(co_await boost::asio::this_coro::executor);
    working_.push_back(&goes);
    co_await goes.wait();
  }
  void end_first() {
    auto* const first = working_.front();
    working_.erase(working_.begin());
    first->set();
    run();
  }

  boost::asio::io_context context_{1};
  Semaphore semaphore_{2, 2};
  std::vector<Event*> working_;
  std::string story_;
  TaskGroup group_{context_.get_executor(), "test"};
};

TEST_F(SemaphoreTest, LetsSoManyInAndOthersInTheirOrder) {
  for (const char name : {'a', 'b', 'c', 'd'}) begin(group_, name);
  run();
  EXPECT_EQ(story_, "ab");
  EXPECT_EQ(semaphore_.waiting(), 2u);
  end_first();
  EXPECT_EQ(story_, "abc");
  end_first();
  EXPECT_EQ(story_, "abcd");
  end_first();
  end_first();
  begin(group_, 'e');
  run();
  EXPECT_EQ(story_, "abcde");
  end_first();
}

TEST_F(SemaphoreTest, RefusesAtOnceWhereTheLineIsFull) {
  for (const char name : {'a', 'b', 'c', 'd', 'e'}) begin(group_, name);
  run();
  EXPECT_EQ(story_, "ab-e");
}

TEST_F(SemaphoreTest, OneThatGoesAwayLeavesTheLine) {
  begin(group_, 'a');
  begin(group_, 'b');
  run();
  {
    TaskGroup impatient(context_.get_executor(), "impatient");
    begin(impatient, 'c');
    begin(group_, 'd');
    run();
    impatient.cancel();
    run();
  }
  EXPECT_EQ(semaphore_.waiting(), 1u);
  end_first();
  EXPECT_EQ(story_, "abd");
}

TEST_F(SemaphoreTest, ATurnThatCameTooLateIsHandedOn) {
  TaskGroup impatient(context_.get_executor(), "impatient");
  begin(group_, 'a');
  begin(group_, 'b');
  begin(impatient, 'c');
  begin(group_, 'd');
  run();
  // The turn of c comes, and in the same moment c is told to go.
  working_.front()->set();
  working_.erase(working_.begin());
  impatient.cancel();
  run();
  // Whatever c came to, the place is not lost.
  while (!working_.empty()) end_first();
  EXPECT_TRUE(story_.contains('d')) << story_;
  begin(group_, 'e');
  begin(group_, 'f');
  run();
  EXPECT_TRUE(story_.ends_with("ef")) << story_;
}

}  // namespace
}  // namespace cloudvno::net
