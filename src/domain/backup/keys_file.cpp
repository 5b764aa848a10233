// Writing and reading the keys file.
#include "domain/backup/keys_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>

#include "base/sha256.hpp"
#include "domain/backup/archive.hpp"
#include "domain/backup/dump.hpp"

namespace cloudvno::backup {
namespace {

constexpr std::string_view magic = "CVNOKEY1";
constexpr std::size_t most_bytes = 1024UL * 1024 * 1024;
constexpr vault::Place digest_place{"keys_file", "digest", "1"};

void append_sized(Bytes& out, ByteView bytes) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  for (const int shift : {24, 16, 8, 0}) out.push_back(static_cast<std::uint8_t>(size >> shift));
  out.insert(out.end(), bytes.begin(), bytes.end());
}

// The next part of the file, and what is behind it.
std::optional<ByteView> take_sized(ByteView& bytes) {
  if (bytes.size() < 4) return std::nullopt;
  const std::size_t size = static_cast<std::size_t>(bytes[0]) << 24 |
                           static_cast<std::size_t>(bytes[1]) << 16 |
                           static_cast<std::size_t>(bytes[2]) << 8 | bytes[3];
  if (bytes.size() - 4 < size) return std::nullopt;
  const auto part = bytes.subspan(4, size);
  bytes = bytes.subspan(4 + size);
  return part;
}

// What opening the file needs of its records.
struct Found {
  std::optional<vault::RootKeyId> current;
  Bytes instance;
  std::vector<privacy::Erasure> erasures;
};

class Finder {
 public:
  Result<> take(const Record& record) {
    if (const auto* table = std::get_if<TableHeader>(&record)) table_ = *table;
    const auto* row = std::get_if<Row>(&record);
    if (!row) return {};
    const auto text = [&](std::string_view column) {
      const auto* value = std::get_if<std::string>(find(*row, column));
      return value ? *value : std::string();
    };
    if (table_.name == "root_key" && text("state") == "current") {
      const auto id = from_hex(text("id"));
      vault::RootKeyId current{};
      if (id && id->size() == current.size()) {
        std::memcpy(current.data(), id->data(), current.size());
        found.current = current;
      }
    }
    if (table_.name == "account_key" && text("account_sid") == vault::Vault::instance_owner) {
      if (const auto* wrapped = std::get_if<Bytes>(find(*row, "wrapped")))
        found.instance = *wrapped;
    }
    if (table_.name == "erasure") {
      const auto sid = AccountSid::parse(text("account_sid"));
      const auto* at = std::get_if<std::int64_t>(find(*row, "erased_at"));
      if (!sid || !at) return fault("a line of erasures is not what this program writes");
      found.erasures.push_back({*sid, from_micros(*at), true, false});
    }
    return {};
  }

  Found found;

 private:
  const Value* find(const Row& row, std::string_view column) const {
    static const Value none;
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
      if (table_.columns[i].name == column) return &row[i];
    }
    return &none;
  }

  TableHeader table_;
};

Result<> put_in_place(const std::string& path, ByteView bytes) {
  const auto draft = path + ".partial";
  const FilePtr file(std::fopen(draft.c_str(), "we"));
  if (!file || ::fchmod(::fileno(file.get()), 0600) != 0 ||
      std::fwrite(bytes.data(), 1, bytes.size(), file.get()) != bytes.size() ||
      std::fflush(file.get()) != 0 || ::fsync(::fileno(file.get())) != 0) {
    return system_fault(draft, "write it");
  }
  if (::rename(draft.c_str(), path.c_str()) != 0) return system_fault(path, "put it in its place");
  return sync_folder_of(path);
}

}  // namespace

Result<> write_keys_file(storage::Database& database, const vault::Vault& vault,
                         const std::vector<storage::Table>& tables, const std::string& path) {
  RecordWriter writer;
  TRY(database.read_now([&](storage::Transaction& tx) -> Result<> {
    writer.clear();
    for (const auto& table : tables) {
      if (!is_of_keys(table)) continue;
      TRY(dump_table(tx, table, writer, [](RecordWriter&) -> Result<> { return {}; }));
    }
    return {};
  }));
  auto bytes = to_bytes(magic);
  append_sized(bytes, writer.bytes());
  append_sized(bytes,
               vault.instance().seal(digest_place, as_text(sha256(as_text(writer.bytes())))));
  return put_in_place(path, bytes);
}

Result<KeysFile> open_keys_file(const std::string& path, vault::Vault& vault) {
  const auto broken = [&](std::string_view why) { return fault(fmt::format("{}: {}", path, why)); };
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) return broken(error.message());
  if (size > most_bytes) return broken("is no keys file of CloudVNO");
  Bytes bytes(size);
  const FilePtr file(std::fopen(path.c_str(), "re"));
  if (!file || std::fread(bytes.data(), 1, size, file.get()) != size) {
    return system_fault(path, "read it");
  }
  ByteView rest(bytes);
  if (rest.size() < magic.size() || as_text(rest.first(magic.size())) != magic) {
    return broken("is no keys file of CloudVNO");
  }
  rest = rest.subspan(magic.size());
  const auto records = take_sized(rest);
  const auto digest = take_sized(rest);
  if (!records || !digest || !rest.empty()) return broken("is damaged");
  Finder finder;
  RecordReader reader;
  TRY(reader.read(*records, [&](const Record& record) { return finder.take(record); }));
  auto& found = finder.found;
  if (!reader.at_end() || !found.current || found.instance.empty()) return broken("is damaged");
  if (!vault.use_root_key(*found.current)) {
    return broken(
        "was made under another root key than the root key file holds. If the root key was turned "
        "since (an account was erased), a keys file from before opens nothing any more: take the "
        "one that was written after it");
  }
  TRY(vault.use_instance(found.instance));
  const auto opened = vault.instance().open(digest_place, *digest);
  if (!opened || to_bytes(*opened) != sha256(as_text(*records))) return broken("is damaged");
  return KeysFile{Bytes(records->begin(), records->end()), std::move(found.erasures)};
}

}  // namespace cloudvno::backup
