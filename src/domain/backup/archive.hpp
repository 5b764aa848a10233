// One encrypted file: a header, then chunks of AES-256-GCM, each bound to its place in this file,
// the last one marked, so that nothing can be changed, moved, doubled, cut off or added unseen.
//
//   "CVNOBAK1"  16 bytes id  u64 time of making (microseconds)  u32 length, sealed key
//   { u32 length  u8 1 if it is the last  sealed chunk }
//
// The file's own key is random and sealed under the instance's key.
#pragma once

#include <cstdio>
#include <functional>
#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/vault/vault.hpp"

namespace cloudvno::backup {

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using FilePtr = std::unique_ptr<std::FILE, FileCloser>;

std::unexpected<Error> system_fault(const std::string& path, std::string_view doing);
// Without it, a power cut can take the name of a file whose content is safe.
Result<> sync_folder_of(const std::string& path);

class ArchiveWriter {
 public:
  // Makes the file, readable by its owner alone; refuses one that is there.
  static Result<std::unique_ptr<ArchiveWriter>> create(const std::string& path,
                                                       const vault::Vault& vault, Time now);
  // From the beginning again: what was written is void.
  Result<> restart();
  Result<> write(ByteView bytes);
  // The last chunk; then all is on the disk.
  Result<> finish();
  const std::string& id() const { return id_; }

 private:
  ArchiveWriter() = default;
  Result<> write_chunk(bool last);

  std::string path_;
  std::string id_;  // 32 hex digits
  Bytes header_;
  FilePtr file_;
  std::unique_ptr<vault::Keys> keys_;
  Bytes waiting_;
  std::uint64_t chunk_ = 0;
};

class ArchiveReader {
 public:
  // Errc::internal_error with a detail: not an archive, or of another instance.
  static Result<std::unique_ptr<ArchiveReader>> open(const std::string& path,
                                                     const vault::Vault& vault);
  const std::string& id() const { return id_; }
  Time made_at() const { return made_at_; }
  // Opens chunk after chunk. An error where the file is not whole or not what was written.
  Result<> read_all(const std::function<Result<>(ByteView)>& take);

 private:
  ArchiveReader() = default;

  std::string path_;
  std::string id_;
  Time made_at_;
  FilePtr file_;
  std::unique_ptr<vault::Keys> keys_;
};

}  // namespace cloudvno::backup
