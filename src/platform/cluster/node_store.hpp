// SQL of the tables node and duty.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/storage/database.hpp"

namespace cloudvno::cluster {

// Rows of one kind that one transaction moves to another owner: a server's patience is short.
inline constexpr std::int64_t most_moved = 5'000;

struct NodeRow {
  std::string owner;
  std::string name;
  std::int64_t beat = 0;  // -1: it left, or its work was adopted
  std::string machine;
};

void insert_node(storage::Transaction& tx, const NodeRow& node, Time now);
// False if there is no such node any more: another has adopted its work.
bool beat_node(storage::Transaction& tx, std::string_view owner);
void leave_node(storage::Transaction& tx, std::string_view owner, Time now);
// Marks a node as one that left. False, and nothing is changed, if it has beaten since it was read.
bool end_node(storage::Transaction& tx, const NodeRow& node, Time now);
// Forgets nodes that ended before then.
void forget_nodes(storage::Transaction& tx, Time ended_before);
std::vector<NodeRow> list_nodes(storage::Transaction& tx);

// Whether the duty is the owner's: it takes one that no living node has.
bool take_duty(storage::Transaction& tx, std::string_view duty, std::string_view owner);

}  // namespace cloudvno::cluster
