// What every column of the store holds, read from the migrations line by line.
#include "platform/storage/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "platform/storage/sql_text.hpp"

namespace cloudvno::storage {
namespace {

using Words = std::vector<std::string_view>;

constexpr std::string_view blanks = " \t\r";

Words split_words(std::string_view text) {
  Words words;
  for (;;) {
    const auto start = text.find_first_not_of(blanks);
    if (start == std::string_view::npos) return words;
    text.remove_prefix(start);
    const auto end = std::min(text.find_first_of(blanks), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (auto& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

bool is_name(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

bool starts_with_words(const Words& words, std::initializer_list<std::string_view> expected) {
  if (words.size() < expected.size()) return false;
  auto word = words.begin();
  for (const auto& one : expected) {
    if (upper(*word++) != one) return false;
  }
  return true;
}

bool is_duration(std::string_view text) {
  if (text.size() < 2 || text.size() > 6 || (text.back() != 'h' && text.back() != 'd'))
    return false;
  text.remove_suffix(1);
  return text.front() != '0' && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// True if something follows a comma that is neither quoted nor in parentheses.
bool holds_two(std::string_view code) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (code[i] == '\'') quoted = !quoted;
    if (quoted) continue;
    if (code[i] == '(') ++depth;
    if (code[i] == ')') --depth;
    if (code[i] == ',' && depth == 0) {
      return code.find_first_not_of(blanks, i + 1) != std::string_view::npos;
    }
  }
  return false;
}

// The words that a personal column must have, and where each is kept.
struct Attribute {
  std::string_view name;
  std::string Column::* value;
  std::vector<std::string_view> allowed;
};

const std::vector<Attribute>& attributes() {
  static const std::vector<Attribute> all = {
      {"category",
       &Column::category,
       {"account", "traffic", "content", "identity", "payment", "support", "security"}},
      {"subject", &Column::subject, {"customer", "user", "recipient", "caller", "staff"}},
      {"purpose", &Column::purpose, {"provide", "bill", "secure", "comply", "support"}},
      {"keep", &Column::keep, {"account", "always"}},
      {"erase", &Column::erase, {"row", "key", "never"}},
  };
  return all;
}

std::unexpected<Error> refuse(std::string why) {
  return fault(std::move(why));
}

Result<> read_attribute(std::string_view word, Column& column) {
  const auto sign = word.find('=');
  for (const auto& attribute : attributes()) {
    if (sign == std::string_view::npos || word.substr(0, sign) != attribute.name) continue;
    const auto value = word.substr(sign + 1);
    const bool known = std::ranges::count(attribute.allowed, value) > 0 ||
                       (attribute.name == "keep" && is_duration(value));
    if (!known) break;
    if (!(column.*attribute.value).empty()) {
      return refuse(fmt::format("{} is said twice", attribute.name));
    }
    column.*attribute.value = value;
    return {};
  }
  return refuse(fmt::format("unknown word \"{}\"", word));
}

Result<> check_complete(const Column& column) {
  if (column.sensitivity == Sensitivity::plain) {
    if (column.form != Form::clear) return refuse("a @plain column is in clear");
    return {};
  }
  if (column.form == Form::clear) return refuse("not in clear: say sealed, index or hash");
  if (column.type != "BYTEA") return refuse("a sealed, index or hash column is of type BYTEA");
  if (column.sensitivity == Sensitivity::secret) return {};
  for (const auto& attribute : attributes()) {
    if ((column.*attribute.value).empty()) {
      return refuse(fmt::format("{} is missing", attribute.name));
    }
  }
  if ((column.erase == "never") != (column.keep == "always")) {
    return refuse("keep=always and erase=never go together");
  }
  if (column.erase == "never" && column.form == Form::sealed) {
    return refuse("what outlives erasure is an index or a hash");
  }
  if (column.erase == "key" && column.form != Form::sealed) {
    return refuse("erase=key makes only sealed columns unreadable");
  }
  return {};
}

Result<> read_annotation(std::string_view comment, Column& column) {
  const auto words = split_words(comment);
  if (words.empty() || !words[0].starts_with('@')) return refuse("no annotation");
  if (words[0] == "@plain") {
    column.sensitivity = Sensitivity::plain;
  } else if (words[0] == "@secret") {
    column.sensitivity = Sensitivity::secret;
  } else if (words[0] == "@personal") {
    column.sensitivity = Sensitivity::personal;
  } else {
    return refuse(fmt::format("unknown word \"{}\"", words[0]));
  }
  for (const auto word : std::span(words).subspan(1)) {
    const auto form = word == "sealed"  ? Form::sealed
                      : word == "index" ? Form::index
                      : word == "hash"  ? Form::hash
                                        : Form::clear;
    if (form != Form::clear) {
      if (column.form != Form::clear) return refuse("two forms");
      column.form = form;
    } else if (column.sensitivity == Sensitivity::personal) {
      TRY(read_attribute(word, column));
    } else {
      return refuse(fmt::format("unknown word \"{}\"", word));
    }
  }
  return check_complete(column);
}

std::chrono::hours duration_of(std::string_view text) {
  int count = 0;
  for (const char c : text.substr(0, text.size() - 1)) count = count * 10 + (c - '0');
  return text.back() == 'd' ? std::chrono::days(count) : std::chrono::hours(count);
}

Result<std::vector<std::string>> read_names(std::string_view text, const Table& table) {
  std::vector<std::string> names;
  while (true) {
    const auto end = std::min(text.find(','), text.size());
    if (!table.find(text.substr(0, end))) {
      return refuse(fmt::format("there is no column \"{}\"", text.substr(0, end)));
    }
    names.emplace_back(text.substr(0, end));
    if (end == text.size()) return names;
    text.remove_prefix(end + 1);
  }
}

Result<> read_table_words(std::span<const std::string> words, Table& table) {
  bool account_said = false;
  for (const std::string_view word : words) {
    const auto sign = std::min(word.find('='), word.size());
    const auto name = word.substr(0, sign);
    const auto value = word.substr(std::min(sign + 1, word.size()));
    const auto one_of = [&](std::string& member) -> Result<> {
      TRY_ASSIGN(auto names, read_names(value, table));
      if (names.size() != 1 || !member.empty()) return refuse(fmt::format("one {}", name));
      member = std::move(names[0]);
      return {};
    };
    if (name == "key" && table.key.empty()) {
      TRY_ASSIGN(table.key, read_names(value, table));
    } else if (name == "row" && table.row.empty()) {
      TRY_ASSIGN(table.row, read_names(value, table));
    } else if (name == "account" && !account_said) {
      account_said = true;
      if (value != "none") TRY(one_of(table.account));
    } else if (name == "age") {
      TRY(one_of(table.age));
    } else if (name == "resource") {
      TRY(one_of(table.resource));
    } else if (name == "keep" && is_duration(value) && table.keep.count() == 0) {
      table.keep = duration_of(value);
    } else {
      return refuse(fmt::format("unknown word \"{}\"", word));
    }
  }
  if (table.key.empty() || !account_said) return refuse("want key= and account=");
  if (table.row.empty()) table.row = table.key;
  if (table.resource.empty()) table.resource = table.key.front();
  for (const auto& column : table.columns) {
    if (!column.keep.empty() && is_duration(column.keep)) {
      const auto keep = duration_of(column.keep);
      if (table.keep.count() == 0 || keep < table.keep) table.keep = keep;
    }
    if (column.sensitivity == Sensitivity::personal && column.erase != "never" &&
        table.account.empty()) {
      return refuse(fmt::format("{} is personal, and rows name no account", column.name));
    }
  }
  if (table.keep.count() > 0 && table.age.empty()) {
    return refuse("rows are kept for a time: want age=");
  }
  if (!table.age.empty()) {
    const auto& type = table.find(table.age)->type;
    if (type != "TEXT" && type != "BIGINT") return refuse("age is a SID or microseconds");
    table.age_is_sid = type == "TEXT";
  }
  return {};
}

// Follows the files of migrations/ line by line.
class Reader {
 public:
  Result<> read_file(const embedded::File& file) {
    std::size_t number = 0;
    tables_seen_ = 0;
    auto text = file.data;
    while (!text.empty()) {
      ++number;
      const auto end = std::min(text.find('\n'), text.size());
      if (auto read = read_line(text.substr(0, end)); !read) {
        return refuse(fmt::format("{}:{}: {}", file.path, number, read.error().detail));
      }
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (!table_.empty()) {
      return refuse(fmt::format("{}: table {} has no end", file.path, table_));
    }
    // What stands in a form that the lines above do not show must not slip through.
    std::size_t tables = 0;
    for (const auto& statement : split_statements(file.data)) {
      auto one_line = statement;
      std::ranges::replace(one_line, '\n', ' ');
      const auto words = split_words(one_line);
      for (const auto verb : {"CREATE", "ALTER", "DROP"}) {
        if (starts_with_words(words, {verb, "TABLE"})) ++tables;
      }
      for (const auto kind : {"TEMP", "TEMPORARY", "VIRTUAL", "UNLOGGED", "VIEW", "TRIGGER"}) {
        if (starts_with_words(words, {"CREATE", kind})) {
          return refuse(fmt::format("{}: CREATE {} cannot be followed", file.path, kind));
        }
      }
    }
    if (tables != tables_seen_) {
      return refuse(
          fmt::format("{}: a statement about a table is not on lines of its own", file.path));
    }
    return {};
  }

  // Once all files are read: the tables that stand, each with its line.
  Result<std::vector<Table>> take_tables() {
    std::vector<Table> tables;
    for (auto& column : columns_) {
      if (tables.empty() || tables.back().name != column.table) {
        const auto found = std::ranges::find(tables, column.table, &Table::name);
        if (found != tables.end()) {
          found->columns.push_back(std::move(column));
          continue;
        }
        tables.emplace_back().name = column.table;
      }
      tables.back().columns.push_back(std::move(column));
    }
    for (auto& table : tables) {
      const auto line = std::ranges::find(table_lines_, table.name, &TableLine::name);
      if (line == table_lines_.end()) {
        return refuse(fmt::format("table {} has no line \"-- @table {} key=… account=…\"",
                                  table.name, table.name));
      }
      if (auto read = read_table_words(line->words, table); !read) {
        return refuse(fmt::format("@table {}: {}", table.name, read.error().detail));
      }
      std::erase_if(table_lines_, [&](const auto& one) { return one.name == table.name; });
    }
    if (!table_lines_.empty()) {
      return refuse(fmt::format("@table {}: there is no such table", table_lines_.front().name));
    }
    return tables;
  }

 private:
  Result<> read_line(std::string_view line) {
    const auto dashes = line.find("--");
    const auto code = line.substr(0, dashes);
    const auto comment =
        dashes == std::string_view::npos ? std::string_view() : line.substr(dashes + 2);
    const auto words = split_words(code);
    if (words.empty()) return read_comment(comment);
    if (!table_.empty()) return read_table_line(code, words, comment);
    if (starts_with_words(words, {"CREATE", "TABLE"})) return begin_table(words);
    if (starts_with_words(words, {"ALTER", "TABLE"})) return alter_table(words, comment);
    if (starts_with_words(words, {"DROP", "TABLE"})) return drop_table(words);
    return {};
  }

  Result<> read_comment(std::string_view comment) {
    const auto words = split_words(comment);
    if (words.empty() || words[0] != "@table") return {};
    if (words.size() < 4 || !is_name(words[1])) {
      return refuse("want: -- @table name key=… account=… …");
    }
    TableLine line{std::string(words[1]), {}};
    for (const auto word : std::span(words).subspan(2)) line.words.emplace_back(word);
    if (std::ranges::count(table_lines_, line.name, &TableLine::name) > 0) {
      return refuse("a table said twice");
    }
    table_lines_.push_back(std::move(line));
    return {};
  }

  Result<> begin_table(const Words& words) {
    ++tables_seen_;
    if (words.size() != 4 || !is_name(words[2]) || words[3] != "(") {
      return refuse("want: CREATE TABLE name (");
    }
    if (std::ranges::count(columns_, words[2], &Column::table) > 0) return refuse("a table anew");
    table_ = words[2];
    return {};
  }

  Result<> read_table_line(std::string_view code, const Words& words, std::string_view comment) {
    if (words.size() == 1 && words[0] == ");") {
      table_.clear();
      return {};
    }
    for (const auto word : {"PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "CONSTRAINT"}) {
      if (starts_with_words(words, {word})) return {};
    }
    if (holds_two(code)) return refuse("one column a line");
    return add_column(table_, words, comment);
  }

  Result<> add_column(std::string_view table, std::span<const std::string_view> words,
                      std::string_view comment) {
    Column column;
    column.table = table;
    if (words.size() < 2 || !is_name(words[0])) return refuse("want: name TYPE");
    column.name = words[0];
    auto type = words[1];
    while (type.ends_with(',') || type.ends_with(';')) type.remove_suffix(1);
    column.type = type;
    if (type != "TEXT" && type != "BIGINT" && type != "BYTEA" && type != "BOOLEAN") {
      return refuse(fmt::format("{} is no type of all engines", type));
    }
    for (const auto& other : columns_) {
      if (other.table == column.table && other.name == column.name) return refuse("a column twice");
    }
    if (auto read = read_annotation(comment, column); !read) {
      return refuse(fmt::format("column {}: {}", column.name, read.error().detail));
    }
    columns_.push_back(std::move(column));
    return {};
  }

  Result<> alter_table(const Words& words, std::string_view comment) {
    ++tables_seen_;
    if (words.back().ends_with(';') && words.size() >= 6 && is_name(words[2])) {
      if (upper(words[3]) == "ADD" && upper(words[4]) == "COLUMN") {
        return add_column(words[2], std::span(words).subspan(5), comment);
      }
      if (upper(words[3]) == "DROP" && upper(words[4]) == "COLUMN" && words.size() == 6) {
        const auto name = words[5].substr(0, words[5].size() - 1);
        const auto gone = std::erase_if(columns_, [&](const Column& column) {
          return column.table == words[2] && column.name == name;
        });
        if (gone == 1) return {};
      }
    }
    return refuse("want: ALTER TABLE name ADD COLUMN …; or DROP COLUMN name;");
  }

  Result<> drop_table(const Words& words) {
    ++tables_seen_;
    if (words.size() == 3 && words[2].ends_with(';')) {
      const auto name = words[2].substr(0, words[2].size() - 1);
      const auto gone =
          std::erase_if(columns_, [&](const Column& column) { return column.table == name; });
      std::erase_if(table_lines_, [&](const auto& line) { return line.name == name; });
      if (gone > 0) return {};
    }
    return refuse("want: DROP TABLE name;");
  }

  struct TableLine {
    std::string name;
    std::vector<std::string> words;
  };

  std::vector<Column> columns_;
  std::vector<TableLine> table_lines_;
  std::string table_;  // that the lines stand in
  std::size_t tables_seen_ = 0;
};

}  // namespace

Result<std::vector<Table>> read_catalogue(std::span<const embedded::File> migrations) {
  Reader reader;
  for (const auto& file : migrations) {
    if (file.path.ends_with(".sql")) TRY(reader.read_file(file));
  }
  return reader.take_tables();
}

const Column* Table::find(std::string_view column) const {
  const auto found = std::ranges::find(columns, column, &Column::name);
  return found == columns.end() ? nullptr : &*found;
}

}  // namespace cloudvno::storage
