// What a session is set to, and what a server must be.
#pragma once

#include <chrono>

#include "platform/storage/postgres/link.hpp"

namespace cloudvno::storage::postgres {

// Sets a new session up and refuses a server that would lose what it committed (fsync or
// full_page_writes off), sorts or stores text otherwise than SQLite (a collation that is not the
// order of bytes, an encoding other than UTF-8), is older than 15 or takes no writes. Throws
// StorageError with what the operator is to do. `answer_wait`: the shorter of the waits on other
// sessions' locks follows it.
void set_up_session(Link& link, bool writer, std::chrono::milliseconds answer_wait);

}  // namespace cloudvno::storage::postgres
