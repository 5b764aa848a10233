// The file with the root keys, made so that a crash leaves either none or a whole one.
#include "platform/vault/root_key_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>

#include "base/random.hpp"
#include "platform/vault/seal.hpp"

namespace cloudvno::vault {
namespace {

constexpr std::size_t digits = 64;

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  explicit operator bool() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

std::unexpected<Error> file_fault(const std::string& path, std::string_view what) {
  return fault(fmt::format("root key file {}: {}", path, what));
}

std::unexpected<Error> system_fault(const std::string& path, std::string_view doing) {
  return file_fault(path, fmt::format("cannot {}: {}", doing, std::strerror(errno)));
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// Without it, a power cut can take the name of a file whose content is safe.
bool sync_folder_of(const std::string& path) {
  auto folder = std::filesystem::path(path).parent_path();
  if (folder.empty()) folder = ".";
  const File file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return file && ::fsync(file.get()) == 0;
}

std::string text_of(std::span<const PassingKey> keys) {
  std::string text;
  text.reserve(keys.size() * (digits + 1));
  for (const auto& key : keys) {
    auto line = to_hex(key.bytes);
    text += line;
    text += '\n';
    OPENSSL_cleanse(line.data(), line.size());
  }
  return text;
}

// Answers the name of a file beside `path` that holds the keys and is on the disk.
Result<std::string> write_draft(const std::string& path, std::span<const PassingKey> keys) {
  auto draft = fmt::format("{}.new-{}", path, to_hex(random_bytes(8)));
  const File file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file) return system_fault(path, "make a file beside it");
  auto text = text_of(keys);
  const bool kept = write_all(file.get(), text) && ::fsync(file.get()) == 0;
  OPENSSL_cleanse(text.data(), text.size());
  if (kept) return draft;
  const auto failed = system_fault(path, "write it");
  ::unlink(draft.c_str());
  return failed;
}

Result<> make_root_key(const std::string& path) {
  PassingKey key;
  fill_random(key.bytes);
  TRY_ASSIGN(const auto draft, write_draft(path, std::span(&key, 1)));
  // link() rather than rename(): another process's key, there since we looked, must not be
  // replaced.
  if (::link(draft.c_str(), path.c_str()) != 0 && errno != EEXIST) {
    const auto failed = system_fault(path, "put it in its place");
    ::unlink(draft.c_str());
    return failed;
  }
  ::unlink(draft.c_str());
  if (!sync_folder_of(path)) return system_fault(path, "sync its folder");
  return {};
}

std::optional<std::vector<PassingKey>> parse(std::string_view text) {
  std::vector<PassingKey> keys;
  keys.reserve(most_root_keys);  // filled in place: a copy left behind would not be wiped
  if (text.ends_with('\n')) text.remove_suffix(1);
  while (true) {
    if (keys.size() == most_root_keys || text.size() < digits) return std::nullopt;
    auto bytes = from_hex(text.substr(0, digits));
    if (!bytes) return std::nullopt;
    std::copy_n(bytes->begin(), digits / 2, keys.emplace_back().bytes.begin());
    OPENSSL_cleanse(bytes->data(), bytes->size());
    text.remove_prefix(digits);
    if (text.empty()) return keys;
    if (text.front() != '\n') return std::nullopt;
    text.remove_prefix(1);
  }
}

Result<std::vector<PassingKey>> read_open_file(const std::string& path, int descriptor) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) return system_fault(path, "look at it");
  if (!S_ISREG(status.st_mode)) return file_fault(path, "is not a regular file");
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return file_fault(path, fmt::format("others than its owner can use it (mode {:04o}); run: "
                                        "chmod 600 {}",
                                        status.st_mode & 07777, path));
  }
  // One more than allowed, so that a longer file is seen.
  std::array<char, most_root_keys*(digits + 1) + 1> text{};
  std::size_t size = 0;
  while (size < text.size()) {
    const auto got = ::read(descriptor, text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_fault(path, "read it");
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  auto keys = parse({text.data(), size});
  OPENSSL_cleanse(text.data(), text.size());
  if (!keys) {
    return file_fault(path,
                      "does not hold lines of 64 hex digits; put the right file back (without it "
                      "nothing that is sealed can be read)");
  }
  return std::move(*keys);
}

}  // namespace

Result<std::vector<PassingKey>> read_root_keys(const std::string& path, bool create) {
  for (const bool may_create : {create, false}) {
    const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file) return read_open_file(path, file.get());
    if (errno != ENOENT || !may_create) return system_fault(path, "open it");
    TRY(make_root_key(path));
  }
  return file_fault(path, "went away while it was opened");
}

Result<> write_root_keys(const std::string& path, std::span<const PassingKey> keys) {
  const File old(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!old) return system_fault(path, "open it");
  struct stat status{};
  if (::fstat(old.get(), &status) != 0) return system_fault(path, "look at it");
  TRY_ASSIGN(const auto draft, write_draft(path, keys));
  if (::rename(draft.c_str(), path.c_str()) != 0) {
    const auto failed = system_fault(path, "put it in its place");
    ::unlink(draft.c_str());
    return failed;
  }
  if (!sync_folder_of(path)) return system_fault(path, "sync its folder");
  const std::string blank(static_cast<std::size_t>(status.st_size), '0');
  if (!write_all(old.get(), blank) || ::fsync(old.get()) != 0) {
    return system_fault(path, "overwrite the file before it");
  }
  return {};
}

}  // namespace cloudvno::vault
