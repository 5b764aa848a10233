// Writes the write-ahead log in long pieces (an SQLite VFS, https://www.sqlite.org/vfs.html).
//
// SQLite writes each page of the log by two calls, its head of 24 octets and its 4,096, so that
// every call but the sync is short and touches a page of the system's cache two or three times.
// What follows on each other is kept here until the sync that makes the transaction durable, and
// goes out in one call.
//
// Nothing is told of sooner: before that sync no reader looks at these pages, and a transaction
// whose sync fails has not happened. Needs `PRAGMA synchronous = FULL`, which ends each commit by a
// sync.
//
// That sync can also be put off and done on another thread (commit_ahead()). A log whose sync
// failed once takes no other: the system tells of a failure once, and to the first who asks.
#pragma once

#include <sqlite3.h>

namespace cloudvno::storage::sqlite {

// Registers it, once; the name for sqlite3_open_v2(). All but the log is the default VFS's.
const char* joined_log_vfs();

// On a log file of that VFS. While `ahead`, the sync that ends a commit only writes; on the thread
// that writes the log.
void commit_ahead(sqlite3_file* log, bool ahead);
// Before a rollback gives the lock back: what is not written yet is nobody's.
void forget_pending(sqlite3_file* log);
// An SQLite code; on any thread, while the log is written.
int sync(sqlite3_file* log);

}  // namespace cloudvno::storage::sqlite
