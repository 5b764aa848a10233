// A number in a file that the processes of one data folder share: a command that changes what a
// serving process remembers counts up, and the process sees it at its next look, for the price of
// reading memory.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"

namespace cloudvno::cluster {

// Thread-safe. The number outlives processes; a machine that loses power may lose the last counts,
// with the memory that they were to refresh.
class ChangeCount {
 public:
  // Makes the file where there is none. Errc::internal_error.
  static Result<std::unique_ptr<ChangeCount>> open(const std::string& path);
  ~ChangeCount();
  ChangeCount(const ChangeCount&) = delete;
  ChangeCount& operator=(const ChangeCount&) = delete;

  std::uint64_t value() const;
  void count();

 private:
  explicit ChangeCount(std::uint64_t* shared) : shared_(shared) {}

  std::uint64_t* const shared_;
};

}  // namespace cloudvno::cluster
