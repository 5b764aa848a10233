// Beats, and adoption.
#include "platform/cluster/node.hpp"

#include <fmt/format.h>
#include <limits.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "base/log.hpp"
#include "base/random.hpp"

namespace cloudvno::cluster {

std::string machine_name() {
  std::string id;
  std::ifstream("/etc/machine-id") >> id;
  if (!id.empty()) return id;
  char host[HOST_NAME_MAX + 1] = {};
  ::gethostname(host, HOST_NAME_MAX);
  return host;
}

Result<std::vector<std::string>> serving_nodes(storage::Database& database,
                                               const std::function<void()>& wait) {
  const auto list = [](storage::Transaction& tx) -> Result<std::vector<NodeRow>> {
    auto nodes = list_nodes(tx);
    std::erase_if(nodes, [](const NodeRow& node) { return node.beat < 0; });
    return nodes;
  };
  std::vector<std::string> serving;
  TRY_ASSIGN(const auto before, database.read_now(list));
  if (before.empty()) return serving;
  wait();
  TRY_ASSIGN(const auto after, database.read_now(list));
  for (const auto& node : after) {
    const auto seen = std::ranges::find(before, node.owner, &NodeRow::owner);
    if (seen == before.end() || seen->beat != node.beat) serving.push_back(node.name);
  }
  return serving;
}

Node::Node(storage::Database& database, const Clock& clock, std::string name, bool alone)
    : database_(database),
      clock_(clock),
      name_(std::move(name)),
      owner_(fmt::format("{:016x}", random_u64())),
      alone_(alone) {}

bool Node::holds_lease() const {
  return alone_ || clock_.elapsed() - Micros(renewed_at_.load()) < lease;
}

bool Node::on_duty(storage::Transaction& tx, std::string_view duty) const {
  return take_duty(tx, duty, owner_);
}

void Node::adopts(Adoption adoption) {
  adoptions_.push_back(std::move(adoption));
}

Result<std::int64_t> Node::adopt(storage::Transaction& tx, const NodeRow& dead) const {
  // One that ended before is asked again: it may have written rows until it learned of its end.
  if (dead.beat >= 0 && !end_node(tx, dead, clock_.now())) return 0;
  std::int64_t rows = 0;
  for (const auto& adoption : adoptions_) rows += adoption.move(tx, dead.owner, owner_);
  return rows;
}

// Of those whose work is ours from the start.
Result<std::int64_t> Node::adopt_former(storage::Transaction& tx) const {
  std::int64_t rows = 0;
  for (const auto& node : list_nodes(tx)) {
    if (node.owner == owner_ || !(alone_ || node.name == name_ || node.beat < 0)) continue;
    TRY_ASSIGN(const auto moved, adopt(tx, node));
    rows += moved;
  }
  return rows;
}

Result<> Node::join() {
  const auto begun = clock_.elapsed();
  std::int64_t adopted = 0;
  for (bool first = true, all = false; !all; first = false) {
    TRY_ASSIGN(const auto rows,
               database_.transact_now([&](storage::Transaction& tx) -> Result<std::int64_t> {
                 if (first) insert_node(tx, {owner_, name_, 0, machine_name()}, clock_.now());
                 return adopt_former(tx);
               }));
    adopted += rows;
    all = rows == 0;
  }
  TRY(database_.transact_now([&](storage::Transaction& tx) -> Result<> {
    // Alone, nobody can write as one of them any more.
    forget_nodes(tx, clock_.now() - (alone_ ? Micros(-1) : Micros(ended_kept)));
    return {};
  }));
  renewed_at_ = begun.count();
  log::info("cluster.joined", {{"node", name_}, {"adopted_rows", adopted}});
  return {};
}

net::Task<> Node::beat() {
  const auto begun = clock_.elapsed();
  struct Beat {
    bool known = false;
    std::vector<NodeRow> nodes;
  };
  auto beat = co_await database_.transact([&](storage::Transaction& tx) -> Result<Beat> {
    Beat done{beat_node(tx, owner_), {}};
    if (!alone_) {
      forget_nodes(tx, clock_.now() - ended_kept);
      done.nodes = list_nodes(tx);
    }
    return done;
  });
  if (!beat) co_return;
  if (!beat->known) {
    log::error("cluster.lease_lost",
               {{"node", name_},
                {"why",
                 "another node took this one's work: this process stood still, could not "
                 "reach the store, or another runs under the same node name"}});
    if (lost_) std::exchange(lost_, nullptr)();
    co_return;
  }
  renewed_at_ = begun.count();
  note_others(beat->nodes);
  co_await adopt_dead();
}

void Node::note_others(const std::vector<NodeRow>& nodes) {
  dead_.clear();
  std::map<std::string, Seen, std::less<>> others;
  for (const auto& node : nodes) {
    if (node.owner == owner_) continue;
    Seen seen{node.beat, 0};
    if (const auto before = others_.find(node.owner);
        before != others_.end() && before->second.beat == node.beat) {
      seen.unchanged = before->second.unchanged + 1;
    }
    if (node.beat < 0 || seen.unchanged >= dead_after_beats) dead_.push_back(node);
    others.emplace(node.owner, seen);
  }
  others_ = std::move(others);
}

net::Task<> Node::adopt_dead() {
  for (auto& dead : std::exchange(dead_, {})) {
    const bool ended_before = dead.beat < 0;
    std::int64_t adopted = 0;
    while (true) {
      const auto rows = co_await database_.transact(
          [&](storage::Transaction& tx) -> Result<std::int64_t> { return adopt(tx, dead); });
      // What is left is found by the next look: the node has ended.
      if (!rows || *rows == 0) break;
      adopted += *rows;
      dead.beat = -1;
    }
    if (adopted == 0 && ended_before) continue;
    log::warn("cluster.adopted",
              {{"node", dead.name}, {"rows", adopted}, {"ended_before", ended_before}});
    if (adopted == 0) continue;
    for (const auto& adoption : adoptions_) {
      if (adoption.moved) adoption.moved();
    }
  }
}

net::Task<> Node::leave() {
  (void)co_await database_.transact([&](storage::Transaction& tx) -> Result<bool> {
    leave_node(tx, owner_, clock_.now());
    return true;
  });
}

}  // namespace cloudvno::cluster
