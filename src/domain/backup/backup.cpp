// Making a backup, and reading it again.
#include "domain/backup/backup.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "domain/backup/archive.hpp"
#include "domain/backup/dump.hpp"
#include "domain/backup/keys_file.hpp"

namespace cloudvno::backup {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view partial = ".partial";

// schema_migration is the machinery's own and stands in no migration.
storage::Table schema_migrations() {
  storage::Table table;
  table.name = schema_table;
  table.key = {"version"};
  for (const auto& [name, type] :
       {std::pair("version", "BIGINT"), std::pair("name", "TEXT"), std::pair("checksum", "TEXT"),
        std::pair("applied_at", "BIGINT")}) {
    storage::Column column;
    column.table = schema_table;
    column.name = name;
    column.type = type;
    table.columns.push_back(std::move(column));
  }
  return table;
}

Result<> make_folder(const std::string& folder) {
  std::error_code error;
  if (!fs::exists(folder, error)) {
    fs::create_directories(folder, error);
    if (!error) fs::permissions(folder, fs::perms::owner_all, error);
  }
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const auto name = entry.path().filename().string();
    if (name.starts_with("cloudvno-") && name.ends_with(partial)) fs::remove(entry.path(), error);
  }
  if (error) return fault(fmt::format("{}: {}", folder, error.message()));
  return {};
}

Result<> write_archive(storage::Database& database, ArchiveWriter& archive,
                       const std::vector<storage::Table>& tables) {
  return database.read_now([&](storage::Transaction& tx) -> Result<> {
    TRY(archive.restart());  // a body may run again
    RecordWriter writer;
    const auto take = [&](RecordWriter& filled) -> Result<> {
      TRY(archive.write(filled.bytes()));
      filled.clear();
      return {};
    };
    TRY(dump_table(tx, schema_migrations(), writer, take));
    for (const auto& table : tables) {
      if (is_taken_along(table) && !is_of_keys(table)) TRY(dump_table(tx, table, writer, take));
    }
    return archive.finish();
  });
}

// Holds every record against the schema that the archive names first.
class Checker {
 public:
  Checker(std::span<const embedded::File> migrations, Contents& contents)
      : migrations_(migrations), contents_(contents) {}

  Result<> take(const Record& record) {
    if (const auto* table = std::get_if<TableHeader>(&record)) return take_table(*table);
    if (const auto* row = std::get_if<Row>(&record)) {
      if (table_ == schema_table) {
        const auto* version = std::get_if<std::int64_t>(&row->front());
        contents_.schema = version ? static_cast<int>(*version) : 0;
      } else {
        ++contents_.rows[table_];
      }
    }
    return {};
  }

 private:
  Result<> take_table(const TableHeader& header) {
    if (table_.empty() != (header.name == schema_table)) return wrong(header.name);
    table_ = header.name;
    if (table_ == schema_table) return {};
    if (!tables_) {
      const auto files = schema_of(migrations_, contents_.schema);
      if (files.empty()) {
        return fault(fmt::format(
            "the backup has schema {}, which this program does not know; use a newer program",
            contents_.schema));
      }
      TRY_ASSIGN(tables_, storage::read_catalogue(files));
    }
    const auto known = std::ranges::find(*tables_, header.name, &storage::Table::name);
    if (known == tables_->end() || header_of(*known).columns != header.columns) {
      return wrong(header.name);
    }
    contents_.rows[table_];
    return {};
  }
  std::unexpected<Error> wrong(std::string_view table) const {
    return fault(fmt::format("the backup's table {} does not fit its schema", table));
  }

  std::span<const embedded::File> migrations_;
  Contents& contents_;
  std::string table_;
  std::optional<std::vector<storage::Table>> tables_;
};

}  // namespace

std::vector<embedded::File> schema_of(std::span<const embedded::File> migrations, int schema) {
  std::vector<embedded::File> files;
  for (const auto& file : migrations) {
    if (file.path.ends_with(".sql") && std::stoi(std::string(file.path.substr(0, 4))) <= schema) {
      files.push_back(file);
    }
  }
  if (files.size() != static_cast<std::size_t>(std::max(schema, 0))) files.clear();
  return files;
}

Result<Contents> read_archive(const vault::Vault& vault, std::span<const embedded::File> migrations,
                              const std::string& path,
                              const std::function<Result<>(Record)>& take) {
  TRY_ASSIGN(const auto archive, ArchiveReader::open(path, vault));
  Contents contents{archive->id(), archive->made_at(), 0, {}};
  Checker checker(migrations, contents);
  RecordReader reader;
  TRY(archive->read_all([&](ByteView bytes) {
    return reader.read(bytes, [&](Record record) -> Result<> {
      TRY(checker.take(record));
      return take(std::move(record));
    });
  }));
  if (!reader.at_end()) return fault(fmt::format("{}: ends in the middle of a table", path));
  return contents;
}

Result<Contents> verify_backup(const vault::Vault& vault,
                               std::span<const embedded::File> migrations,
                               const std::string& archive) {
  return read_archive(vault, migrations, archive, [](const Record&) -> Result<> { return {}; });
}

Result<Backup> make_backup(storage::Database& database, const vault::Vault& vault,
                           std::span<const embedded::File> migrations, const std::string& folder,
                           Time now) {
  TRY_ASSIGN(const auto tables, storage::read_catalogue(migrations));
  TRY(make_folder(folder));
  Backup made;
  made.archive = fmt::format("{}/cloudvno-{:%Y%m%dT%H%M%S}{:03}Z.cvno", folder,
                             fmt::gmtime(static_cast<std::time_t>(to_seconds(now))),
                             to_micros(now) / 1'000 % 1'000);
  if (fs::exists(made.archive)) {
    return fail(Errc::wrong_state, fmt::format("{} is there already", made.archive));
  }
  const auto draft = made.archive + std::string(partial);
  TRY_ASSIGN(const auto archive, ArchiveWriter::create(draft, vault, now));
  TRY(write_archive(database, *archive, tables));
  TRY_ASSIGN(made.contents, verify_backup(vault, migrations, draft));
  // After the rows: every key that sealed one of them is in it.
  made.keys = fmt::format("{}/{}", folder, keys_file_name);
  TRY(write_keys_file(database, vault, tables, made.keys));
  std::error_code error;
  fs::rename(draft, made.archive, error);
  if (error) return fault(fmt::format("{}: {}", made.archive, error.message()));
  TRY(sync_folder_of(made.archive));
  return made;
}

}  // namespace cloudvno::backup
