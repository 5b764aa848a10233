// A mapped file of eight bytes.
#include "platform/cluster/change_count.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <system_error>

namespace cloudvno::cluster {
namespace {

constexpr std::size_t size = sizeof(std::uint64_t);
static_assert(std::atomic_ref<std::uint64_t>::is_always_lock_free, "shared between processes");

// Written out, not only made longer: touching a hole of a full disk ends the process.
bool fill(int file) {
  struct stat state = {};
  if (::fstat(file, &state) != 0) return false;
  if (state.st_size >= static_cast<off_t>(size)) return true;
  const std::uint64_t zero = 0;
  return ::pwrite(file, &zero, size, 0) == static_cast<ssize_t>(size);
}

}  // namespace

Result<std::unique_ptr<ChangeCount>> ChangeCount::open(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  void* mapped = MAP_FAILED;
  if (file >= 0 && fill(file)) {
    mapped = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  }
  const int error = errno;
  if (file >= 0) ::close(file);
  if (mapped == MAP_FAILED) {
    return fault(fmt::format("{}: {}", path, std::generic_category().message(error)));
  }
  return std::unique_ptr<ChangeCount>(new ChangeCount(static_cast<std::uint64_t*>(mapped)));
}

ChangeCount::~ChangeCount() {
  ::munmap(shared_, size);
}

std::uint64_t ChangeCount::value() const {
  return std::atomic_ref<std::uint64_t>(*shared_).load(std::memory_order_acquire);
}

void ChangeCount::count() {
  std::atomic_ref<std::uint64_t>(*shared_).fetch_add(1, std::memory_order_acq_rel);
}

}  // namespace cloudvno::cluster
