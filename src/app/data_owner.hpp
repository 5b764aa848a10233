// Whose files the data folder holds.
#pragma once

#include <string>

#include "base/result.hpp"

namespace cloudvno::app {

// Run by root, this process becomes the user that owns the folder, for good: what root would write
// there, the server, which runs as that user, could not open. Does nothing for other users, for a
// folder that is not there, and for one of root's own. Before threads start.
Result<> become_owner_of(const std::string& folder);

}  // namespace cloudvno::app
