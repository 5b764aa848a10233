// SQL of the tables node and duty.
#include "platform/cluster/node_store.hpp"

namespace cloudvno::cluster {

void insert_node(storage::Transaction& tx, const NodeRow& node, Time now) {
  tx.run(
      "INSERT INTO node (owner, name, beat, machine, joined_at) VALUES ($1, $2, $3, $4, $5) "
      "ON CONFLICT (owner) DO NOTHING",  // the same again, where the answer was lost
      node.owner, node.name, node.beat, node.machine, now);
}

bool beat_node(storage::Transaction& tx, std::string_view owner) {
  return tx.run("UPDATE node SET beat = beat + 1 WHERE owner = $1 AND beat >= 0", owner) == 1;
}

// What a node that ended needs no more, the time of its joining, becomes that of its end.
void leave_node(storage::Transaction& tx, std::string_view owner, Time now) {
  tx.run("UPDATE node SET beat = -1, joined_at = $2 WHERE owner = $1", owner, now);
}

bool end_node(storage::Transaction& tx, const NodeRow& node, Time now) {
  return tx.run("UPDATE node SET beat = -1, joined_at = $3 WHERE owner = $1 AND beat = $2",
                node.owner, node.beat, now) == 1;
}

void forget_nodes(storage::Transaction& tx, Time ended_before) {
  tx.run("DELETE FROM node WHERE beat < 0 AND joined_at < $1", ended_before);
}

std::vector<NodeRow> list_nodes(storage::Transaction& tx) {
  std::vector<NodeRow> nodes;
  const auto rows = tx.query("SELECT owner, name, beat, machine FROM node ORDER BY owner");
  while (rows->next()) {
    nodes.push_back({std::string(rows->text(0)), std::string(rows->text(1)), rows->integer(2),
                     std::string(rows->text(3))});
  }
  return nodes;
}

bool take_duty(storage::Transaction& tx, std::string_view duty, std::string_view owner) {
  const auto rows = tx.query(
      "INSERT INTO duty (name, owner) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET "
      "owner = excluded.owner WHERE duty.owner = excluded.owner "
      "OR NOT EXISTS (SELECT 1 FROM node WHERE node.owner = duty.owner AND node.beat >= 0) "
      "RETURNING owner",
      duty, owner);
  return rows->next();
}

}  // namespace cloudvno::cluster
