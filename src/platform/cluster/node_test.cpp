// Nodes on one store: who owns which rows, through deaths and awakenings.
#include "platform/cluster/node.hpp"

#include <gtest/gtest.h>

#include "platform/storage/testing/test_database.hpp"

namespace cloudvno::cluster {
namespace {

class NodeTest : public ::testing::Test {
 protected:
  // A node whose work is the rows of outbound_queue.
  std::unique_ptr<Node> make(std::string name, bool alone = false) {
    auto node = std::make_unique<Node>(*db_, clock_, std::move(name), alone);
    node->adopts({[](storage::Transaction& tx, std::string_view from, std::string_view to) {
                    return tx.run("UPDATE outbound_queue SET owner = $2 WHERE owner = $1", from,
                                  to);
                  },
                  [this] { ++moved_; }});
    node->on_lost([this] { ++lost_; });
    return node;
  }
  std::unique_ptr<Node> joined(std::string name, bool alone = false) {
    auto node = make(std::move(name), alone);
    EXPECT_TRUE(node->join());
    return node;
  }

  void queue(const Node& node, std::string_view sid) {
    EXPECT_TRUE(db_->transact_now([&](storage::Transaction& tx) -> Result<bool> {
      tx.run(
          "INSERT INTO outbound_queue (message_sid, account_sid, carrier, attempts, expires_at, "
          "owner) VALUES ($1, $2, $3, $4, $5, $6)",
          sid, "AC", "sandbox", 0, 0, node.owner());
      return true;
    }));
  }
  std::int64_t rows_of(const Node& node) {
    return db_
        ->read_now([&](storage::Transaction& tx) -> Result<std::int64_t> {
          const auto rows =
              tx.query("SELECT COUNT(*) FROM outbound_queue WHERE owner = $1", node.owner());
          return rows->next() ? rows->integer(0) : -1;
        })
        .value();
  }
  bool has_duty(const Node& node) {
    return db_
        ->transact_now(
            [&](storage::Transaction& tx) -> Result<bool> { return node.on_duty(tx, "purge"); })
        .value();
  }
  void beat(Node& node) { db_.run(node.beat()); }
  void pass(std::chrono::seconds time) { clock_.advance(time); }

  storage::testing::TestDatabase db_;
  ManualClock clock_;
  int moved_ = 0;
  int lost_ = 0;
};

TEST_F(NodeTest, TakesOverTheRowsOfOneThatBeatsNoMore) {
  const auto dead = joined("a:1");
  queue(*dead, "SM1");
  const auto alive = joined("b:1");
  for (int i = 0; i < Node::dead_after_beats; ++i) {
    beat(*alive);
    EXPECT_EQ(rows_of(*alive), 0) << "after " << i << " beats";
    pass(Node::beat_every);
  }
  beat(*alive);
  EXPECT_EQ(rows_of(*alive), 1);
  EXPECT_EQ(moved_, 1);
}

TEST_F(NodeTest, LeavesRowsToOneThatBeats) {
  const auto first = joined("a:1");
  queue(*first, "SM1");
  const auto second = joined("b:1");
  for (int i = 0; i < 20; ++i) {
    beat(*first);
    beat(*second);
    pass(Node::beat_every);
  }
  EXPECT_EQ(rows_of(*first), 1);
  EXPECT_TRUE(first->holds_lease());
  EXPECT_EQ(lost_, 0);
}

TEST_F(NodeTest, BeginsNothingAfterAPauseAndLearnsThatItWasAdopted) {
  const auto frozen = joined("a:1");
  queue(*frozen, "SM1");
  const auto alive = joined("b:1");
  for (int i = 0; i <= Node::dead_after_beats; ++i) {
    beat(*alive);
    pass(Node::beat_every);
  }
  EXPECT_FALSE(frozen->holds_lease());
  EXPECT_TRUE(alive->holds_lease());
  beat(*frozen);
  EXPECT_EQ(lost_, 1);
  EXPECT_FALSE(frozen->holds_lease());
}

TEST_F(NodeTest, LosesItsLeaseBeforeAnyoneMayAdopt) {
  static_assert(Node::lease < Node::beat_every * (Node::dead_after_beats - 1));
}

TEST_F(NodeTest, FindsWhatANodeWroteAfterItWasAdopted) {
  const auto frozen = joined("a:1");
  const auto alive = joined("b:1");
  for (int i = 0; i <= Node::dead_after_beats; ++i) {
    beat(*alive);
    pass(Node::beat_every);
  }
  queue(*frozen, "SM1");
  beat(*alive);
  EXPECT_EQ(rows_of(*alive), 1);
  EXPECT_EQ(rows_of(*frozen), 0);
}

TEST_F(NodeTest, NamesThoseThatServe) {
  const auto nobody = [] { FAIL() << "there is nothing to wait for"; };
  EXPECT_THAT(*serving_nodes(*db_, nobody), ::testing::IsEmpty());
  const auto dead = joined("dead");
  const auto alive = joined("alive");
  const auto gone = joined("gone");
  db_.run(gone->leave());
  std::unique_ptr<Node> late;
  const auto serving = serving_nodes(*db_, [&] {
    beat(*alive);
    late = joined("late");
  });
  EXPECT_THAT(*serving, ::testing::UnorderedElementsAre("alive", "late"));
}

TEST_F(NodeTest, AClockThatIsSetEndsNoLease) {
  const auto node = joined("a:1");
  clock_.set(clock_.now() + std::chrono::days(100));
  EXPECT_TRUE(node->holds_lease());
}

TEST_F(NodeTest, TakesTheRowsOfItsFormerLifeAtOnce) {
  const auto before = joined("a:1");
  queue(*before, "SM1");
  const auto after = joined("a:1");
  EXPECT_EQ(rows_of(*after), 1);
  beat(*before);
  EXPECT_EQ(lost_, 1);
}

TEST_F(NodeTest, TakesTheRowsOfOneThatLeftInOrderAtTheNextBeat) {
  const auto left = joined("a:1");
  queue(*left, "SM1");
  const auto alive = joined("b:1");
  db_.run(left->leave());
  beat(*alive);
  EXPECT_EQ(rows_of(*alive), 1);
}

TEST_F(NodeTest, AloneItTakesAllAndKeepsItsLease) {
  const auto before = joined("a:1", true);
  queue(*before, "SM1");
  const auto after = joined("b:2", true);
  EXPECT_EQ(rows_of(*after), 1);
  pass(std::chrono::hours(1));
  EXPECT_TRUE(after->holds_lease());
}

TEST_F(NodeTest, OfTwoThatSeeTheSameDeathOneAdopts) {
  const auto dead = joined("a:1");
  queue(*dead, "SM1");
  const auto first = joined("b:1");
  const auto second = joined("c:1");
  for (int i = 0; i <= Node::dead_after_beats; ++i) {
    beat(*first);
    beat(*second);
    pass(Node::beat_every);
  }
  EXPECT_EQ(rows_of(*first) + rows_of(*second), 1);
  EXPECT_EQ(moved_, 1);
  EXPECT_EQ(lost_, 0);
}

TEST_F(NodeTest, OneOfSeveralHasADutyAndAnotherWhenItIsGone) {
  const auto first = joined("a:1");
  const auto second = joined("b:1");
  EXPECT_TRUE(has_duty(*first));
  EXPECT_TRUE(has_duty(*first));
  EXPECT_FALSE(has_duty(*second));
  db_.run(first->leave());
  EXPECT_TRUE(has_duty(*second));
  EXPECT_FALSE(has_duty(*first));
}

}  // namespace
}  // namespace cloudvno::cluster
