// A disk under SQLite that fails at a chosen call, and that can lose its power.
#pragma once

#include <memory>
#include <string>

namespace cloudvno::storage::testing {

// While it lives, every SQLite file of the process lies on it (an SQLite VFS over the system's). It
// remembers what a disk would hold after a power cut: what was written before a sync that
// succeeded. What a failed sync should have kept is lost, even if a later sync succeeds, as it is
// on Linux. One at a time; no file may be open when it comes or goes.
class FaultyDisk {
 public:
  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  enum class Fault { io_error, disk_full };
  // The n-th write or sync from now on (from 1) fails, once or until heal().
  void fail_at(int n, Fault fault, bool for_good = false);
  // The next sync of the file of that name fails, once.
  void fail_sync_of(std::string name);
  void heal();
  // Whether the fault chosen last has happened.
  bool has_failed() const;

  // Puts the files as they would be after a power cut into `folder`, under their own names.
  void cut_power_into(const std::string& folder) const;

  struct State;  // for the functions that SQLite calls
 private:
  std::unique_ptr<State> state_;
};

}  // namespace cloudvno::storage::testing
