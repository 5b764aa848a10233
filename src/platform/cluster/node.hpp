// This process among those that share a store: its lease, and the work of those that died.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "platform/cluster/node_store.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::cluster {

// This machine among those that share a store: machine-id(5), or the host's name.
std::string machine_name();

// Names of the nodes that beat: those whose beat moves over `wait`, which takes longer than a beat.
// Empty at once where none claims to.
Result<std::vector<std::string>> serving_nodes(storage::Database& database,
                                               const std::function<void()>& wait);

// What a room with rows of work does when a node is gone.
struct Adoption {
  // In a body, on a storage thread: `UPDATE … SET owner = to WHERE owner = from`, of at most
  // most_moved rows; answers how many. Called again until it answers 0.
  std::function<std::int64_t(storage::Transaction&, std::string_view from, std::string_view to)>
      move;
  // On the control thread, once that is on the disk and rows have moved.
  std::function<void()> moved;
};

// Lives on the control thread; owner(), holds_lease() and on_duty() are for any.
class Node {
 public:
  static constexpr std::chrono::seconds beat_every{3};
  static constexpr std::chrono::seconds lease{10};
  static constexpr int dead_after_beats = 5;  // of ours, without one of the other's
  // For how long rows of a node that ended are looked for.
  static constexpr std::chrono::minutes ended_kept{30};

  // `name` is what this process is called from one life to the next ("host:port"). `alone`: no
  // other process can be on this store (it is embedded), so whoever else stands there is dead.
  Node(storage::Database& database, const Clock& clock, std::string name, bool alone);

  // Unique to this life of the process.
  const std::string& owner() const { return owner_; }
  // Whether work on the outside may begin.
  bool holds_lease() const;
  // In a body: whether this node does that work for all. Ask in each transaction of the work.
  bool on_duty(storage::Transaction& tx, std::string_view duty) const;

  // Before join(). Moves run in the order of these calls.
  void adopts(Adoption adoption);
  // `lost` is called once when another node took our work: the process must end.
  void on_lost(std::function<void()> lost) { lost_ = std::move(lost); }

  // At the start, before any work: joins, and takes the work of this name's former life, of nodes
  // that left in order, and where it is alone of all others. `moved` of adoptions is not called:
  // rooms load at their start anyway.
  Result<> join();
  // Every `beat_every`. Where the store does not answer, the lease runs out by itself.
  net::Task<> beat();
  // At the end, after the last work: others need not wait to adopt.
  net::Task<> leave();

 private:
  struct Seen {
    std::int64_t beat = 0;
    int unchanged = 0;
  };

  Result<std::int64_t> adopt_former(storage::Transaction& tx) const;
  Result<std::int64_t> adopt(storage::Transaction& tx, const NodeRow& dead) const;
  void note_others(const std::vector<NodeRow>& nodes);
  net::Task<> adopt_dead();

  storage::Database& database_;
  const Clock& clock_;
  const std::string name_;
  const std::string owner_;
  const bool alone_;
  std::vector<Adoption> adoptions_;
  std::function<void()> lost_;
  std::atomic<std::int64_t> renewed_at_{0};  // elapsed microseconds when the last beat began
  std::map<std::string, Seen, std::less<>> others_;
  std::vector<NodeRow> dead_;
};

}  // namespace cloudvno::cluster
