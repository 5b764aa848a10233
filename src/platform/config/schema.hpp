// Settings as data: each is described once (key, place in memory, range, meaning, example), and
// from that come reading the TOML file, its error messages, the commented default file and the
// reference in docs/.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cloudvno::config {

struct Problem {
  int line = 0;  // 1-based; 0 where the fault has no line
  std::string text;
};

// One setting, for people.
struct Listed {
  std::string section;
  std::string section_meaning;
  bool repeated = false;  // the section may come several times: [[name]]
  std::string key;
  std::string type;   // "whole number from 1 to 65535"
  std::string shown;  // the default as TOML
  std::string meaning;
};

// Describes the settings of one table. What stands in the targets when they are described is their
// default.
class Schema {
 public:
  Schema();
  ~Schema();
  Schema(Schema&&) noexcept;
  Schema& operator=(Schema&&) noexcept;

  // A heading for the settings that follow: "http".
  void section(std::string_view name, std::string_view meaning);

  void text(std::string_view key, std::string& target, std::string_view meaning,
            std::string_view example);
  void word(std::string_view key, std::string& target, std::vector<std::string> allowed,
            std::string_view meaning);
  void integer(std::string_view key, std::int64_t& target, std::int64_t least, std::int64_t most,
               std::string_view meaning);
  void boolean(std::string_view key, bool& target, std::string_view meaning);
  void texts(std::string_view key, std::vector<std::string>& target, std::string_view meaning,
             std::string_view example);

  // Of the setting described last: once it is read, what is wrong with it, or "".
  void check(std::function<std::string()> fault);

  // A table that may come several times: [[name]]. `describe` describes the settings of one row.
  template <class Row>
  void rows(std::string_view name, std::vector<Row>& target, std::string_view meaning,
            std::function<void(Schema&, Row&)> describe) {
    auto example = std::make_shared<Row>();
    Schema row_schema;
    describe(row_schema, *example);
    add_rows(name, meaning, std::move(row_schema), example,
             [&target, describe](const Reader& read) {
               Row row;
               Schema schema;
               describe(schema, row);
               read(schema);
               target.push_back(std::move(row));
             });
  }

  // Reads a file's text into the targets. Everything wrong is listed, not only the first.
  std::vector<Problem> read(std::string_view toml) const;

  // The defaults as a TOML file with comments; every setting is commented out.
  std::string default_file() const;
  // A Markdown table a section.
  std::string reference() const;
  // Every setting, in the order of their description; those of repeated sections last.
  std::vector<Listed> list() const;

 private:
  using Reader = std::function<void(const Schema&)>;
  struct Entry;
  struct Impl;

  void add_rows(std::string_view name, std::string_view meaning, Schema row,
                std::shared_ptr<void> keep, std::function<void(const Reader&)> append);

  std::unique_ptr<Impl> impl_;
};

}  // namespace cloudvno::config
