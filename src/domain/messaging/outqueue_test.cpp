// Who goes next: order of a pair, pace of a sender, turns of accounts, priorities, bounds.
#include "domain/messaging/outqueue.hpp"

#include <random>

namespace cloudvno::messaging {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;

class OutqueueTest : public ::testing::Test {
 protected:
  // Named by its body.
  JobPtr job(std::string name, std::string sender = "s", std::uint64_t pair = 0) {
    auto made = std::make_shared<Job>();
    now_ += milliseconds(1);
    made->message.sid = MessageSid::make(from_micros(now_.count()));
    made->message.body = std::move(name);
    made->sender = std::move(sender);
    made->pair = pair != 0 ? pair : ++pairs_;
    made->parts.resize(1);
    made->outcomes.resize(1);
    return made;
  }
  void add(std::string name, std::string sender = "s", std::uint64_t pair = 0) {
    queue_.add(job(std::move(name), std::move(sender), pair));
  }
  std::string take(std::size_t room = 10) {
    auto taken = queue_.take(0, {room, room >= 10, true}, now_);
    if (!taken) return "none";
    out_.push_back(taken);
    return taken->message.body;
  }

  Outqueue queue_;
  Micros now_{0};
  std::uint64_t pairs_ = 1'000;
  std::vector<JobPtr> out_;
};

TEST_F(OutqueueTest, GivesASendersMessagesTheOldestFirst) {
  auto late = job("first");
  add("second");
  add("third");
  queue_.add(late);
  EXPECT_EQ(take(), "first");
  EXPECT_EQ(take(), "second");
  EXPECT_EQ(take(), "third");
  EXPECT_EQ(take(), "none");
  EXPECT_EQ(queue_.size(), 0u);
}

TEST_F(OutqueueTest, HasOneMessageOfAPairOutAtATime) {
  add("a1", "s", 7);
  add("a2", "s", 7);
  add("b1", "s", 8);
  add("a3", "s", 7);
  EXPECT_EQ(take(), "a1");
  EXPECT_EQ(take(), "b1");
  EXPECT_EQ(take(), "none");
  EXPECT_EQ(queue_.size(), 2u);
  queue_.finished(*out_[0]);
  EXPECT_EQ(take(), "a2");
  EXPECT_EQ(take(), "none");
  queue_.put_back(out_[2], now_ + seconds(1));
  EXPECT_EQ(take(), "none") << "its pair waits with it";
  now_ += seconds(1);
  EXPECT_EQ(take(), "a2");
  queue_.finished(*out_[3]);
  EXPECT_EQ(take(), "a3");
}

// Under any mixture of outcomes the messages of a pair go out in their order.
TEST_F(OutqueueTest, KeepsTheOrderOfEveryPairUnderAnyOutcomes) {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    std::mt19937 random(seed);
    Outqueue queue;
    std::map<std::uint64_t, int> made;
    std::map<std::uint64_t, int> ended;
    std::vector<JobPtr> out;
    int left = 300;
    while (left > 0 || queue.size() > 0 || !out.empty()) {
      now_ += milliseconds(10);
      if (left > 0 && random() % 2 == 0) {
        const std::uint64_t pair = 1 + random() % 5;
        auto one = job(std::to_string(made[pair]++), std::to_string(pair % 2), pair);
        one->link = random() % 2;
        queue.add(std::move(one));
        --left;
      }
      if (random() % 10 == 0) {
        queue.choose_again([&](Job& each) { each.link = random() % 2; });
      }
      if (auto taken = queue.take(random() % 2, {10, true, true}, now_))
        out.push_back(std::move(taken));
      if (out.empty() || random() % 2 == 0) continue;
      std::swap(out[random() % out.size()], out.back());
      auto one = std::move(out.back());
      out.pop_back();
      if (random() % 3 == 0) {
        queue.put_back(std::move(one), now_ + milliseconds(random() % 50));
        continue;
      }
      ASSERT_EQ(one->message.body, std::to_string(ended[one->pair]++)) << "seed " << seed;
      queue.finished(*one);
    }
    EXPECT_EQ(made, ended);
  }
}

TEST_F(OutqueueTest, HoldsASenderToItsPaceInSegments) {
  for (int i = 0; i < 4; ++i) {
    auto one = job("slow" + std::to_string(i), "slow");
    one->pace = 1;
    one->message.num_segments = i == 1 ? 3 : 1;
    queue_.add(std::move(one));
  }
  add("other", "other");
  EXPECT_EQ(take(), "slow0");
  EXPECT_EQ(take(), "other");
  EXPECT_EQ(take(), "none");
  EXPECT_EQ(queue_.next_turn(), now_ + seconds(1));
  now_ += seconds(1);
  EXPECT_EQ(take(), "slow1");
  now_ += milliseconds(2'999);
  EXPECT_EQ(take(), "none");
  now_ += milliseconds(1);
  EXPECT_EQ(take(), "slow2");
}

TEST_F(OutqueueTest, ServesAccountsInTurnWhateverTheirSenders) {
  const auto add_for = [&](const AccountSid& account, std::string name, std::string sender) {
    auto one = job(std::move(name), std::move(sender));
    one->message.account = account;
    queue_.add(std::move(one));
  };
  const auto busy = AccountSid::make(from_micros(1));
  const auto quiet = AccountSid::make(from_micros(2));
  for (int sender = 0; sender < 50; ++sender) {
    add_for(busy, "busy", "b" + std::to_string(sender));
  }
  add_for(quiet, "quiet", "q");
  EXPECT_EQ(take(), "busy");
  EXPECT_EQ(take(), "quiet");
}

TEST_F(OutqueueTest, ServesPrioritiesInOrderAndLetsNoneStarve) {
  for (int i = 0; i < 20; ++i) {
    for (const auto priority : {Priority::bulk, Priority::urgent}) {
      auto one = job(priority == Priority::bulk ? "bulk" : "urgent");
      one->priority = priority;
      queue_.add(std::move(one));
    }
  }
  std::vector<std::string> first;
  for (int i = 0; i < 8; ++i) first.push_back(take());
  EXPECT_THAT(first, ElementsAre("urgent", "urgent", "urgent", "urgent", "urgent", "urgent",
                                 "urgent", "bulk"));
}

TEST_F(OutqueueTest, ServesCodesBeforeAllOthers) {
  for (const auto priority : {Priority::urgent, Priority::normal, Priority::verification}) {
    auto one = job(priority == Priority::verification ? "code" : "other");
    one->priority = priority;
    queue_.add(std::move(one));
  }
  EXPECT_EQ(take(), "code");
}

TEST_F(OutqueueTest, KeepsPlacesForALongMessageInsteadOfLettingShortOnesPass) {
  auto large = job("long");
  large->parts.resize(5);
  large->outcomes.resize(5);
  queue_.add(std::move(large));
  add("short", "t");
  EXPECT_EQ(take(3), "none");
  EXPECT_EQ(take(5), "short") << "whose turn comes while the long one is asked again";
  EXPECT_EQ(take(5), "long");
}

TEST_F(OutqueueTest, TellsHowManyMoreOfAQueueMayCome) {
  Outqueue small(Outqueue::Bounds{4, 2, 5});
  const QueueKey key{Priority::normal, "s"};
  EXPECT_EQ(small.room_of(key, 0), 4u);
  EXPECT_EQ(small.room_of(key, 1), 2u);
  for (int i = 0; i < 3; ++i) small.add(job("x"));
  EXPECT_EQ(small.room_of(key, 0), 1u);
  EXPECT_EQ(small.room_of(key, 1), 0u);
  EXPECT_EQ(small.room_of({Priority::bulk, "t"}, 0), 2u);
}

TEST_F(OutqueueTest, RemovesWhereverItWaitsAndLetsThePairGoOn) {
  add("a1", "s", 7);
  add("a2", "s", 7);
  add("a3", "s", 7);
  EXPECT_EQ(take(), "a1");
  EXPECT_EQ(take(), "none");
  queue_.put_back(out_[0], now_ + seconds(60));
  const auto removed = queue_.remove_if([](const Job& each) { return each.message.body != "a3"; });
  EXPECT_EQ(removed.size(), 2u);
  EXPECT_EQ(take(), "a3");
  EXPECT_EQ(queue_.size(), 0u);
}

}  // namespace
}  // namespace cloudvno::messaging
