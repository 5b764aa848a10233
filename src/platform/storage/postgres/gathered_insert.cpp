// Rows that wait to go into one table with one statement.
#include "platform/storage/postgres/gathered_insert.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>

#include "base/invariant.hpp"

namespace cloudvno::storage::postgres {
namespace {

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789_";

// Dimensions, flags, type, length, lower bound (array_recv of PostgreSQL's source).
constexpr std::size_t head_size = 20;

void put_word(char* at, std::uint32_t word) {
  for (const int shift : {24, 16, 8, 0}) *at++ = static_cast<char>(word >> shift);
}

void add_word(std::string& data, std::uint32_t word) {
  char bytes[4];
  put_word(bytes, word);
  data.append(bytes, sizeof bytes);
}

Oid array_of(Oid type) {
  switch (type) {
    case type_boolean:
      return 1000;
    case type_bytea:
      return 1001;
    case type_bigint:
      return 1016;
    default:
      invariant(type == type_text, "a parameter of a type that run() does not take");
      return 1009;
  }
}

// Reads a text from its start.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool skip(std::string_view word) {
    skip_space();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  std::string_view name() {
    skip_space();
    const auto name = rest_.substr(0, rest_.find_first_not_of(letters));
    rest_.remove_prefix(name.size());
    return name;
  }
  bool at_end() {
    skip_space();
    return rest_.empty();
  }

 private:
  void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \n"), rest_.size())); }

  std::string_view rest_;
};

}  // namespace

std::optional<PlainInsert> read_plain_insert(std::string_view sql) {
  Scanner text(sql);
  PlainInsert insert;
  if (!text.skip("INSERT INTO ")) return std::nullopt;
  insert.table = text.name();
  if (insert.table.empty() || !text.skip("(")) return std::nullopt;
  do {
    insert.columns.push_back(text.name());
    if (insert.columns.back().empty()) return std::nullopt;
  } while (text.skip(","));
  if (!text.skip(")") || !text.skip("VALUES") || !text.skip("(")) return std::nullopt;
  for (std::size_t i = 1; i <= insert.columns.size(); ++i) {
    if (i > 1 && !text.skip(",")) return std::nullopt;
    if (!text.skip("$") || text.name() != fmt::to_string(i)) return std::nullopt;
  }
  if (!text.skip(")") || !text.at_end()) return std::nullopt;
  return insert;
}

bool has_word(std::string_view sql, std::string_view name) {
  const auto ends_word = [&](std::size_t at) {
    return at >= sql.size() || letters.find(sql[at]) == std::string_view::npos;
  };
  for (auto at = sql.find(name); at != std::string_view::npos; at = sql.find(name, at + 1)) {
    if ((at == 0 || ends_word(at - 1)) && ends_word(at + name.size())) return true;
  }
  return false;
}

bool GatheredInsert::fits(const std::vector<Oid>& types) const {
  const bool has_value = std::ranges::any_of(types, [](Oid type) { return type != type_unknown; });
  return has_value && std::ranges::equal(columns_, types, [](const Column& column, Oid given) {
           return column.type == type_unknown || given == type_unknown || column.type == given;
         });
}

void GatheredInsert::add(const EncodedParameters& row, std::size_t place) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    auto& column = columns_[i];
    if (column.data.empty()) column.data.resize(head_size);
    const auto before = column.data.size();
    if (const auto* value = row.values()[i]) {
      const auto length = row.lengths()[i];
      column.type = row.types()[i];
      add_word(column.data, static_cast<std::uint32_t>(length));
      column.data.append(value, static_cast<std::size_t>(length));
    } else {
      column.has_null = true;
      add_word(column.data, ~std::uint32_t{0});
    }
    bytes_ += column.data.size() - before;
  }
  places_.push_back(place);
}

std::string GatheredInsert::text() const {
  std::vector<std::string> arrays;
  std::vector<std::string_view> values;
  std::vector<std::string_view> given;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const bool is_null = columns_[i].type == type_unknown;
    values.push_back(is_null ? "NULL" : insert_.columns[i]);
    if (is_null) continue;
    given.push_back(insert_.columns[i]);
    arrays.push_back(fmt::format("${}", given.size()));
  }
  return fmt::format("INSERT INTO {} ({}) SELECT {} FROM unnest({}) AS given ({})", insert_.table,
                     fmt::join(insert_.columns, ", "), fmt::join(values, ", "),
                     fmt::join(arrays, ", "), fmt::join(given, ", "));
}

EncodedParameters GatheredInsert::arrays() {
  EncodedParameters arrays;
  for (auto& column : columns_) {
    if (column.type == type_unknown) continue;
    auto* at = column.data.data();
    for (const auto word : {1U, column.has_null ? 1U : 0U, static_cast<std::uint32_t>(column.type),
                            static_cast<std::uint32_t>(places_.size()), 1U}) {
      put_word(at, word);
      at += 4;
    }
    arrays.add(array_of(column.type), column.data.data(), column.data.size());
  }
  return arrays;
}

EncodedParameters GatheredInsert::only_row() const {
  EncodedParameters row;
  for (const auto& column : columns_) {
    const auto value = std::string_view(column.data).substr(head_size + 4);
    row.add(column.type, column.has_null ? nullptr : value.data(), value.size());
  }
  return row;
}

void GatheredInsert::clear() {
  for (auto& column : columns_) {
    column.type = type_unknown;
    column.has_null = false;
    column.data.clear();
  }
  places_.clear();
  bytes_ = 0;
}

}  // namespace cloudvno::storage::postgres
