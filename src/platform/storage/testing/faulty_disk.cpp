// A disk under SQLite that fails (https://www.sqlite.org/vfs.html).
#include "platform/storage/testing/faulty_disk.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <set>
#include <utility>

namespace cloudvno::storage::testing {
namespace {

constexpr std::size_t page_size = 4096;

// One file by its path, open or not.
struct Medium {
  std::string name;             // without its folder
  std::string kept;             // what survives a power cut
  std::set<std::size_t> dirty;  // numbers of the pages written since the last sync
};

}  // namespace

struct FaultyDisk::State {
  sqlite3_vfs vfs{};
  sqlite3_vfs* system = nullptr;
  mutable std::mutex mutex;
  std::map<std::string, Medium> media;
  int calls_left = 0;  // until the fault; 0: none is chosen
  int fault_code = 0;
  bool for_good = false;
  bool failed = false;
  std::string unsynced_file;  // whose next sync fails

  // Counts a write or sync; answers the code to fail with, or SQLITE_OK.
  int next_call(int io_error) {
    if (calls_left == 0) return SQLITE_OK;
    if (calls_left > 1) {
      --calls_left;
      return SQLITE_OK;
    }
    failed = true;
    if (!for_good) calls_left = 0;
    return fault_code == SQLITE_FULL ? SQLITE_FULL : io_error;
  }
};

namespace {

// As SQLite wants it: its own head first; the system's file lies right behind.
struct File {
  sqlite3_file head;
  FaultyDisk::State* disk;
  Medium* medium;  // none for temporary files

  sqlite3_file* system() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

File& as_file(sqlite3_file* file) {
  return *reinterpret_cast<File*>(file);
}

template <auto Method, class... A>
int pass_on(sqlite3_file* file, A... arguments) {
  auto* system = as_file(file).system();
  return (system->pMethods->*Method)(system, arguments...);
}

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  auto& ours = as_file(file);
  if (!ours.medium) return pass_on<&sqlite3_io_methods::xWrite>(file, data, size, offset);
  // Until it is written: a sync on another thread takes the pages as they are.
  const std::scoped_lock lock(ours.disk->mutex);
  const int code = ours.disk->next_call(SQLITE_IOERR_WRITE);
  if (code != SQLITE_OK) return code;
  const auto start = static_cast<std::size_t>(offset);
  const auto last = start + static_cast<std::size_t>(size) - 1;
  for (auto page = start / page_size; page <= last / page_size; ++page) {
    ours.medium->dirty.insert(page);
  }
  return pass_on<&sqlite3_io_methods::xWrite>(file, data, size, offset);
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  auto& ours = as_file(file);
  if (ours.medium) {
    const std::scoped_lock lock(ours.disk->mutex);
    auto& kept = ours.medium->kept;
    kept.resize(std::min(kept.size(), static_cast<std::size_t>(size)));
  }
  return pass_on<&sqlite3_io_methods::xTruncate>(file, size);
}

// The system's own sync is left out: what survives is in `kept`.
int sync(sqlite3_file* file, int) {
  auto& ours = as_file(file);
  if (ours.medium) {
    const std::scoped_lock lock(ours.disk->mutex);
    // Of a failed sync the system keeps the pages, but as clean ones.
    const auto dirty = std::exchange(ours.medium->dirty, {});
    const int code = ours.disk->next_call(SQLITE_IOERR_FSYNC);
    if (code != SQLITE_OK) return code;
    if (ours.medium->name == ours.disk->unsynced_file) {
      ours.disk->unsynced_file.clear();
      ours.disk->failed = true;
      return SQLITE_IOERR_FSYNC;
    }
    sqlite3_int64 size = 0;
    pass_on<&sqlite3_io_methods::xFileSize>(file, &size);
    auto& kept = ours.medium->kept;
    for (const auto page : dirty) {
      const auto start = page * page_size;
      const auto end = std::min(start + page_size, static_cast<std::size_t>(size));
      if (end <= start) continue;
      kept.resize(std::max(kept.size(), end));
      pass_on<&sqlite3_io_methods::xRead>(file, static_cast<void*>(kept.data() + start),
                                          static_cast<int>(end - start),
                                          static_cast<sqlite3_int64>(start));
    }
  }
  return SQLITE_OK;
}

int close(sqlite3_file* file) {
  return pass_on<&sqlite3_io_methods::xClose>(file);
}

using Methods = sqlite3_io_methods;
constexpr Methods methods = {
    2,  // without memory maps, which would go past write()
    &close,
    &pass_on<&Methods::xRead, void*, int, sqlite3_int64>,
    &write,
    &truncate,
    &sync,
    &pass_on<&Methods::xFileSize, sqlite3_int64*>,
    &pass_on<&Methods::xLock, int>,
    &pass_on<&Methods::xUnlock, int>,
    &pass_on<&Methods::xCheckReservedLock, int*>,
    &pass_on<&Methods::xFileControl, int, void*>,
    [](sqlite3_file* file) { return pass_on<&Methods::xSectorSize>(file); },
    [](sqlite3_file* file) { return pass_on<&Methods::xDeviceCharacteristics>(file); },
    &pass_on<&Methods::xShmMap, int, int, int, void volatile**>,
    &pass_on<&Methods::xShmLock, int, int, int>,
    [](sqlite3_file* file) {
      auto* system = as_file(file).system();
      system->pMethods->xShmBarrier(system);
    },
    &pass_on<&Methods::xShmUnmap, int>,
    nullptr,
    nullptr,
};

FaultyDisk::State& state_of(sqlite3_vfs* vfs) {
  return *static_cast<FaultyDisk::State*>(vfs->pAppData);
}

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto& disk = state_of(vfs);
  auto& ours = as_file(file);
  ours.head.pMethods = nullptr;
  ours.disk = &disk;
  ours.medium = nullptr;
  const int code = disk.system->xOpen(disk.system, name, ours.system(), flags, out_flags);
  if (code != SQLITE_OK) return code;
  if (name && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) != 0) {
    const std::scoped_lock lock(disk.mutex);
    ours.medium = &disk.media[name];
    ours.medium->name = std::filesystem::path(name).filename();
  }
  ours.head.pMethods = &methods;
  return SQLITE_OK;
}

int remove(sqlite3_vfs* vfs, const char* name, int) {
  auto& disk = state_of(vfs);
  {
    // The entry stays: a file may be removed while another connection has it open.
    const std::scoped_lock lock(disk.mutex);
    const auto found = disk.media.find(name);
    if (found != disk.media.end()) found->second = Medium();
  }
  return disk.system->xDelete(disk.system, name, 0);
}

}  // namespace

FaultyDisk::FaultyDisk() : state_(std::make_unique<State>()) {
  state_->system = sqlite3_vfs_find(nullptr);
  state_->vfs = *state_->system;
  state_->vfs.szOsFile = static_cast<int>(sizeof(File)) + state_->system->szOsFile;
  state_->vfs.zName = "faulty";
  state_->vfs.pNext = nullptr;
  state_->vfs.pAppData = state_.get();
  state_->vfs.xOpen = &open;
  state_->vfs.xDelete = &remove;
  // The other functions look at the system's own data.
  state_->vfs.xAccess = [](sqlite3_vfs* vfs, const char* name, int flags, int* out) {
    auto* system = state_of(vfs).system;
    return system->xAccess(system, name, flags, out);
  };
  state_->vfs.xFullPathname = [](sqlite3_vfs* vfs, const char* name, int size, char* out) {
    auto* system = state_of(vfs).system;
    return system->xFullPathname(system, name, size, out);
  };
  sqlite3_vfs_register(&state_->vfs, 1);
}

FaultyDisk::~FaultyDisk() {
  sqlite3_vfs_unregister(&state_->vfs);
  sqlite3_vfs_register(state_->system, 1);
}

void FaultyDisk::fail_at(int n, Fault fault, bool for_good) {
  const std::scoped_lock lock(state_->mutex);
  state_->calls_left = n;
  state_->fault_code = fault == Fault::disk_full ? SQLITE_FULL : SQLITE_IOERR;
  state_->for_good = for_good;
  state_->failed = false;
}

void FaultyDisk::fail_sync_of(std::string name) {
  const std::scoped_lock lock(state_->mutex);
  state_->unsynced_file = std::move(name);
  state_->failed = false;
}

void FaultyDisk::heal() {
  const std::scoped_lock lock(state_->mutex);
  state_->calls_left = 0;
}

bool FaultyDisk::has_failed() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->failed;
}

void FaultyDisk::cut_power_into(const std::string& folder) const {
  const std::scoped_lock lock(state_->mutex);
  for (const auto& [path, medium] : state_->media) {
    if (medium.kept.empty()) continue;
    const auto name = std::filesystem::path(path).filename();
    std::ofstream(std::filesystem::path(folder) / name, std::ios::binary) << medium.kept;
  }
}

}  // namespace cloudvno::storage::testing
