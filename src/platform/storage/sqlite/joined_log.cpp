// A VFS over the default one, whose log files gather what is written.
#include "platform/storage/sqlite/joined_log.hpp"

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

#include "base/bytes.hpp"
#include "base/invariant.hpp"

namespace cloudvno::storage::sqlite {
namespace {

// SQLite's own VFS writes at most 2^17 - 1 octets a call, and takes a multiple of 2^17 for none.
constexpr std::size_t longest_piece = 0x1ffff;
constexpr std::size_t size_of_head = 32;  // of the log
constexpr int file_size = 1024;           // room for a file of the default VFS, which lies in ours

// Looked up each time: tests put a disk of their own beneath.
sqlite3_vfs& beneath() {
  return *sqlite3_vfs_find(nullptr);
}

class Log {
 public:
  explicit Log(int size_of_file)
      : file_(
            new std::max_align_t[static_cast<std::size_t>(size_of_file) / sizeof(std::max_align_t) +
                                 1]()) {}

  sqlite3_file* file() { return reinterpret_cast<sqlite3_file*>(file_.get()); }

  int write(const void* data, int size, sqlite3_int64 offset) {
    const auto end = begin_ + static_cast<sqlite3_int64>(piece_.size());
    if (!piece_.empty() &&
        (offset != end || piece_.size() + static_cast<std::size_t>(size) > longest_piece)) {
      if (const int code = flush(); code != SQLITE_OK) return code;
    }
    if (piece_.empty()) begin_ = offset;
    const auto* octets = static_cast<const std::uint8_t*>(data);
    piece_.insert(piece_.end(), octets, octets + size);
    return SQLITE_OK;
  }

  // What could not be written is forgotten: it is of a transaction that fails by it.
  int flush() {
    if (piece_.empty()) return SQLITE_OK;
    const int code =
        file()->pMethods->xWrite(file(), piece_.data(), static_cast<int>(piece_.size()), begin_);
    piece_.clear();
    return code;
  }

  void forget() { piece_.clear(); }

  // The end of a commit, or its head's when the log begins anew; before copying, nothing is
  // pending.
  int end_piece(int flags) {
    const bool is_head = begin_ == 0 && piece_.size() == size_of_head;
    const bool may_wait = ahead && !piece_.empty() && !is_head;
    if (const int code = flush(); code != SQLITE_OK) return code;
    return may_wait ? failed_.load() : sync(flags);
  }

  int sync(int flags) {
    const std::scoped_lock lock(sync_mutex_);
    // For whatever reason: of a full disk's, too, the connection is given up.
    if (failed_ == SQLITE_OK && file()->pMethods->xSync(file(), flags) != SQLITE_OK) {
      failed_ = SQLITE_IOERR_FSYNC;
    }
    return failed_;
  }

  bool ahead = false;

 private:
  std::unique_ptr<std::max_align_t[]> file_;
  Bytes piece_;
  sqlite3_int64 begin_ = 0;
  std::mutex sync_mutex_;
  std::atomic<int> failed_ = SQLITE_OK;
};

// As SQLite wants it: its own head first.
struct LogFile {
  sqlite3_file head;
  Log* log;
};

Log& log_of(sqlite3_file* file) {
  return *reinterpret_cast<LogFile*>(file)->log;
}

template <auto Method, class... A>
int flush_and_pass_on(sqlite3_file* file, A... arguments) {
  auto& log = log_of(file);
  if (const int code = log.flush(); code != SQLITE_OK) return code;
  return (log.file()->pMethods->*Method)(log.file(), arguments...);
}

int close(sqlite3_file* file) {
  const std::unique_ptr<Log> log(std::exchange(reinterpret_cast<LogFile*>(file)->log, nullptr));
  const int flushed = log->flush();
  const int closed = log->file()->pMethods->xClose(log->file());
  return flushed == SQLITE_OK ? closed : flushed;
}

using Methods = sqlite3_io_methods;
// Version 1: a log has no shared memory and is not mapped.
constexpr Methods methods = {
    1,
    &close,
    &flush_and_pass_on<&Methods::xRead, void*, int, sqlite3_int64>,
    [](sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
      return log_of(file).write(data, size, offset);
    },
    &flush_and_pass_on<&Methods::xTruncate, sqlite3_int64>,
    [](sqlite3_file* file, int flags) { return log_of(file).end_piece(flags); },
    &flush_and_pass_on<&Methods::xFileSize, sqlite3_int64*>,
    &flush_and_pass_on<&Methods::xLock, int>,
    &flush_and_pass_on<&Methods::xUnlock, int>,
    &flush_and_pass_on<&Methods::xCheckReservedLock, int*>,
    &flush_and_pass_on<&Methods::xFileControl, int, void*>,
    [](sqlite3_file* file) {
      auto* beneath = log_of(file).file();
      return beneath->pMethods->xSectorSize(beneath);
    },
    [](sqlite3_file* file) {
      auto* beneath = log_of(file).file();
      return beneath->pMethods->xDeviceCharacteristics(beneath);
    },
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
};

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto& vfs = beneath();
  invariant(vfs.szOsFile <= file_size, "there is room for the file of the VFS beneath");
  if ((flags & SQLITE_OPEN_WAL) == 0) return vfs.xOpen(&vfs, name, file, flags, out_flags);
  auto& ours = *reinterpret_cast<LogFile*>(file);
  ours.head.pMethods = nullptr;
  auto log = std::make_unique<Log>(vfs.szOsFile);
  const int code = vfs.xOpen(&vfs, name, log->file(), flags, out_flags);
  if (code != SQLITE_OK) {
    if (log->file()->pMethods) log->file()->pMethods->xClose(log->file());
    return code;
  }
  ours.log = log.release();
  ours.head.pMethods = &methods;
  return SQLITE_OK;
}

template <auto Method, class... A>
auto pass_on(sqlite3_vfs*, A... arguments) {
  auto& vfs = beneath();
  return (vfs.*Method)(&vfs, arguments...);
}

sqlite3_vfs make_vfs() {
  using Vfs = sqlite3_vfs;
  sqlite3_vfs vfs{};
  vfs.iVersion = 2;
  vfs.szOsFile = file_size;
  vfs.mxPathname = beneath().mxPathname;
  vfs.zName = "joined-log";
  vfs.xOpen = &open;
  vfs.xDelete = &pass_on<&Vfs::xDelete, const char*, int>;
  vfs.xAccess = &pass_on<&Vfs::xAccess, const char*, int, int*>;
  vfs.xFullPathname = &pass_on<&Vfs::xFullPathname, const char*, int, char*>;
  vfs.xRandomness = &pass_on<&Vfs::xRandomness, int, char*>;
  vfs.xSleep = &pass_on<&Vfs::xSleep, int>;
  vfs.xCurrentTime = &pass_on<&Vfs::xCurrentTime, double*>;
  vfs.xGetLastError = &pass_on<&Vfs::xGetLastError, int, char*>;
  vfs.xCurrentTimeInt64 = &pass_on<&Vfs::xCurrentTimeInt64, sqlite3_int64*>;
  return vfs;
}

}  // namespace

const char* joined_log_vfs() {
  static sqlite3_vfs vfs = make_vfs();
  static std::once_flag registered;
  std::call_once(registered, [] { sqlite3_vfs_register(&vfs, 0); });
  return vfs.zName;
}

void commit_ahead(sqlite3_file* log, bool ahead) {
  log_of(log).ahead = ahead;
}

void forget_pending(sqlite3_file* log) {
  log_of(log).forget();
}

int sync(sqlite3_file* log) {
  return log_of(log).sync(SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
}

}  // namespace cloudvno::storage::sqlite
