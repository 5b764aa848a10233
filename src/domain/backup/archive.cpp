// The encrypted file.
#include "domain/backup/archive.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/random.hpp"
#include "platform/vault/seal.hpp"

namespace cloudvno::backup {
namespace {

constexpr std::string_view magic = "CVNOBAK1";
constexpr std::size_t chunk_bytes = 256 * 1024;
constexpr std::size_t most_chunk_bytes = chunk_bytes + 64;
constexpr std::size_t id_bytes = 16;

// What the key is bound to, so that nothing of the header can change.
std::string key_row(const std::string& id, Time made_at) {
  return fmt::format("{}:{}", id, to_micros(made_at));
}

template <class T>
void append_number(Bytes& out, T number) {
  for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(number) >> shift));
  }
}

std::uint64_t read_number(ByteView bytes) {
  std::uint64_t number = 0;
  for (const auto byte : bytes) number = number << 8 | byte;
  return number;
}

bool write_all(std::FILE* file, ByteView bytes) {
  return std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
}

bool read_exactly(std::FILE* file, std::span<std::uint8_t> bytes) {
  return std::fread(bytes.data(), 1, bytes.size(), file) == bytes.size();
}

std::unexpected<Error> broken(const std::string& path, std::string_view why) {
  return fault(fmt::format("{}: {}", path, why));
}

}  // namespace

std::unexpected<Error> system_fault(const std::string& path, std::string_view doing) {
  return fault(fmt::format("{}: cannot {}: {}", path, doing, std::strerror(errno)));
}

Result<> sync_folder_of(const std::string& path) {
  auto folder = std::filesystem::path(path).parent_path();
  if (folder.empty()) folder = ".";
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  if (descriptor >= 0) ::close(descriptor);
  if (!synced) return system_fault(folder.string(), "sync it");
  return {};
}

Result<std::unique_ptr<ArchiveWriter>> ArchiveWriter::create(const std::string& path,
                                                             const vault::Vault& vault, Time now) {
  std::unique_ptr<ArchiveWriter> writer(new ArchiveWriter());
  writer->path_ = path;
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return system_fault(path, "make it");
  writer->file_.reset(::fdopen(descriptor, "w+"));
  const auto id = random_bytes(id_bytes);
  writer->id_ = to_hex(id);
  vault::PassingKey key;
  fill_random(key.bytes);
  writer->keys_ = std::make_unique<vault::Keys>(key.bytes);
  const auto sealed =
      vault.instance().seal({"archive", "key", key_row(writer->id_, now)}, as_text(key.bytes));
  auto& header = writer->header_;
  header = to_bytes(magic);
  header.insert(header.end(), id.begin(), id.end());
  append_number(header, to_micros(now));
  append_number(header, static_cast<std::uint32_t>(sealed.size()));
  header.insert(header.end(), sealed.begin(), sealed.end());
  TRY(writer->restart());
  return writer;
}

Result<> ArchiveWriter::restart() {
  waiting_.clear();
  chunk_ = 0;
  std::rewind(file_.get());
  if (::ftruncate(::fileno(file_.get()), 0) != 0 || !write_all(file_.get(), header_)) {
    return system_fault(path_, "write it");
  }
  return {};
}

Result<> ArchiveWriter::write(ByteView bytes) {
  while (!bytes.empty()) {
    const auto piece = bytes.first(std::min(bytes.size(), chunk_bytes - waiting_.size()));
    waiting_.insert(waiting_.end(), piece.begin(), piece.end());
    bytes = bytes.subspan(piece.size());
    if (waiting_.size() == chunk_bytes) TRY(write_chunk(false));
  }
  return {};
}

Result<> ArchiveWriter::write_chunk(bool last) {
  const auto row = fmt::format("{}:{}", id_, chunk_++);
  const auto sealed = keys_->seal({"archive", last ? "last" : "chunk", row}, as_text(waiting_));
  waiting_.clear();
  Bytes head;
  append_number(head, static_cast<std::uint32_t>(sealed.size()));
  head.push_back(last ? 1 : 0);
  if (!write_all(file_.get(), head) || !write_all(file_.get(), sealed)) {
    return system_fault(path_, "write it");
  }
  return {};
}

Result<> ArchiveWriter::finish() {
  TRY(write_chunk(true));
  if (std::fflush(file_.get()) != 0 || ::fsync(::fileno(file_.get())) != 0) {
    return system_fault(path_, "sync it");
  }
  return {};
}

Result<std::unique_ptr<ArchiveReader>> ArchiveReader::open(const std::string& path,
                                                           const vault::Vault& vault) {
  std::unique_ptr<ArchiveReader> reader(new ArchiveReader());
  reader->path_ = path;
  reader->file_.reset(std::fopen(path.c_str(), "re"));
  if (!reader->file_) return system_fault(path, "open it");
  std::array<std::uint8_t, magic.size() + id_bytes + 8 + 4> head;
  const auto view = ByteView(head);
  if (!read_exactly(reader->file_.get(), head) || as_text(view.first(magic.size())) != magic) {
    return broken(path, "is no backup of CloudVNO");
  }
  reader->id_ = to_hex(view.subspan(magic.size(), id_bytes));
  reader->made_at_ =
      from_micros(static_cast<std::int64_t>(read_number(view.subspan(magic.size() + id_bytes, 8))));
  const auto size = read_number(view.last(4));
  if (size > 1'024) return broken(path, "is no backup of CloudVNO");
  Bytes sealed(size);
  if (!read_exactly(reader->file_.get(), sealed)) return broken(path, "ends too soon");
  auto key =
      vault.instance().open({"archive", "key", key_row(reader->id_, reader->made_at_)}, sealed);
  if (!key || key->size() != sizeof(vault::Key)) {
    return broken(path, "belongs to another instance: its key does not open with this keys file");
  }
  vault::PassingKey opened;
  std::memcpy(opened.bytes.data(), key->data(), opened.bytes.size());
  OPENSSL_cleanse(key->data(), key->size());
  reader->keys_ = std::make_unique<vault::Keys>(opened.bytes);
  return reader;
}

Result<> ArchiveReader::read_all(const std::function<Result<>(ByteView)>& take) {
  for (std::uint64_t chunk = 0;; ++chunk) {
    std::array<std::uint8_t, 5> head;
    if (!read_exactly(file_.get(), head)) return broken(path_, "ends too soon");
    const auto size = read_number(ByteView(head).first(4));
    const bool last = head[4] == 1;
    if (size > most_chunk_bytes) return broken(path_, "is damaged");
    Bytes sealed(size);
    if (!read_exactly(file_.get(), sealed)) return broken(path_, "ends too soon");
    const auto row = fmt::format("{}:{}", id_, chunk);
    const auto text = keys_->open({"archive", last ? "last" : "chunk", row}, sealed);
    if (!text) return broken(path_, fmt::format("is damaged at its chunk {}", chunk));
    TRY(take(as_bytes(*text)));
    if (last) break;
  }
  if (std::fgetc(file_.get()) != EOF) return broken(path_, "has something behind its end");
  return {};
}

}  // namespace cloudvno::backup
