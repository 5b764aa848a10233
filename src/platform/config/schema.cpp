// Settings as data, on toml++.
#include "platform/config/schema.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace cloudvno::config {

struct Schema::Entry {
  std::string section;
  std::string key;
  std::string type;   // "text", "whole number from 1 to 65535"
  std::string shown;  // the default as TOML
  std::string meaning;
  std::string example;  // as TOML
  std::function<bool(const toml::node&)>
      assign;                               // false: the value is not of the type or out of range
  std::function<std::string()> fault = {};  // after that; "" where all is well
};

struct Schema::Impl {
  struct Section {
    std::string name;
    std::string meaning;
  };
  struct Rows {
    std::string name;
    std::string meaning;
    Schema row;
    std::shared_ptr<void> keep;  // what the row schema's defaults point into
    std::function<void(const Reader&)> append;
  };

  std::vector<Section> sections;
  std::vector<Entry> entries;
  std::vector<Rows> rows;

  std::string section() const { return sections.empty() ? std::string() : sections.back().name; }
  const Entry* find(std::string_view in_section, std::string_view key) const {
    for (const auto& entry : entries) {
      if (entry.section == in_section && entry.key == key) return &entry;
    }
    return nullptr;
  }
  void read_table(const toml::table& table, const std::string& in_section,
                  std::vector<Problem>& problems) const;
  void print_entries(std::string& out, const std::string& in_section) const;
};

namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string quoted_list(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const auto& text : texts) out += (out.size() > 1 ? ", " : "") + quoted(text);
  return out + "]";
}

std::string full_name(std::string_view section, std::string_view key) {
  return section.empty() ? std::string(key) : fmt::format("{}.{}", section, key);
}

int line_of(const toml::node& node) {
  return static_cast<int>(node.source().begin.line);
}

}  // namespace

Schema::Schema() : impl_(std::make_unique<Impl>()) {}
Schema::~Schema() = default;
Schema::Schema(Schema&&) noexcept = default;
Schema& Schema::operator=(Schema&&) noexcept = default;

void Schema::section(std::string_view name, std::string_view meaning) {
  impl_->sections.push_back({std::string(name), std::string(meaning)});
}

void Schema::text(std::string_view key, std::string& target, std::string_view meaning,
                  std::string_view example) {
  impl_->entries.push_back({impl_->section(), std::string(key), "text", quoted(target),
                            std::string(meaning), quoted(example),
                            [&target](const toml::node& node) {
                              const auto value = node.value_exact<std::string>();
                              if (!value) return false;
                              target = *value;
                              return true;
                            }});
}

void Schema::word(std::string_view key, std::string& target, std::vector<std::string> allowed,
                  std::string_view meaning) {
  auto type = fmt::format("one of {}", fmt::join(allowed, ", "));
  auto example = quoted(allowed.back());
  impl_->entries.push_back({impl_->section(), std::string(key), std::move(type), quoted(target),
                            std::string(meaning), std::move(example),
                            [&target, allowed = std::move(allowed)](const toml::node& node) {
                              const auto value = node.value_exact<std::string>();
                              if (!value || std::ranges::find(allowed, *value) == allowed.end())
                                return false;
                              target = *value;
                              return true;
                            }});
}

void Schema::integer(std::string_view key, std::int64_t& target, std::int64_t least,
                     std::int64_t most, std::string_view meaning) {
  impl_->entries.push_back({impl_->section(), std::string(key),
                            fmt::format("whole number from {} to {}", least, most),
                            std::to_string(target), std::string(meaning), std::to_string(target),
                            [&target, least, most](const toml::node& node) {
                              const auto value = node.value_exact<std::int64_t>();
                              if (!value || *value < least || *value > most) return false;
                              target = *value;
                              return true;
                            }});
}

void Schema::boolean(std::string_view key, bool& target, std::string_view meaning) {
  impl_->entries.push_back({impl_->section(), std::string(key), "true or false",
                            target ? "true" : "false", std::string(meaning), "true",
                            [&target](const toml::node& node) {
                              const auto value = node.value_exact<bool>();
                              if (!value) return false;
                              target = *value;
                              return true;
                            }});
}

void Schema::texts(std::string_view key, std::vector<std::string>& target, std::string_view meaning,
                   std::string_view example) {
  impl_->entries.push_back({impl_->section(), std::string(key), "list of texts",
                            quoted_list(target), std::string(meaning), "[" + quoted(example) + "]",
                            [&target](const toml::node& node) {
                              const auto* list = node.as_array();
                              if (!list) return false;
                              std::vector<std::string> values;
                              for (const auto& each : *list) {
                                const auto value = each.value_exact<std::string>();
                                if (!value) return false;
                                values.push_back(*value);
                              }
                              target = std::move(values);
                              return true;
                            }});
}

void Schema::check(std::function<std::string()> fault) {
  impl_->entries.back().fault = std::move(fault);
}

void Schema::add_rows(std::string_view name, std::string_view meaning, Schema row,
                      std::shared_ptr<void> keep, std::function<void(const Reader&)> append) {
  impl_->rows.push_back({std::string(name), std::string(meaning), std::move(row), std::move(keep),
                         std::move(append)});
}

void Schema::Impl::read_table(const toml::table& table, const std::string& in_section,
                              std::vector<Problem>& problems) const {
  for (const auto& [key, node] : table) {
    const auto* entry = find(in_section, key.str());
    if (!entry) {
      problems.push_back({line_of(node), fmt::format("there is no setting `{}`",
                                                     full_name(in_section, key.str()))});
    } else if (!entry->assign(node)) {
      problems.push_back({line_of(node), fmt::format("`{}` must be a {}, for example: {} = {}",
                                                     full_name(in_section, key.str()), entry->type,
                                                     entry->key, entry->example)});
    } else if (auto fault = entry->fault ? entry->fault() : std::string(); !fault.empty()) {
      problems.push_back({line_of(node), fmt::format("`{}`: {}, for example: {} = {}",
                                                     full_name(in_section, key.str()), fault,
                                                     entry->key, entry->example)});
    }
  }
}

std::vector<Problem> Schema::read(std::string_view toml) const {
  std::vector<Problem> problems;
  const auto parsed = toml::parse(toml);
  if (!parsed) {
    return {{static_cast<int>(parsed.error().source().begin.line),
             fmt::format("not valid TOML: {}", parsed.error().description())}};
  }
  for (const auto& [key, node] : parsed.table()) {
    const auto name = std::string(key.str());
    const auto rows = std::ranges::find(impl_->rows, name, &Impl::Rows::name);
    if (rows != impl_->rows.end()) {
      const auto* array = node.as_array();
      if (!array || !array->is_array_of_tables()) {
        problems.push_back(
            {line_of(node),
             fmt::format("write each {} as a table of its own: [[{}]]", name, name)});
        continue;
      }
      for (const auto& each : *array) {
        rows->append([&](const Schema& schema) {
          schema.impl_->read_table(*each.as_table(), std::string(), problems);
        });
      }
      continue;
    }
    const auto known = std::ranges::find(impl_->sections, name, &Impl::Section::name);
    if (known == impl_->sections.end() || !node.is_table()) {
      problems.push_back({line_of(node), fmt::format("there is no section `{}`", name)});
      continue;
    }
    impl_->read_table(*node.as_table(), name, problems);
  }
  std::ranges::sort(problems, {}, &Problem::line);
  return problems;
}

void Schema::Impl::print_entries(std::string& out, const std::string& in_section) const {
  for (const auto& entry : entries) {
    if (entry.section != in_section) continue;
    out += fmt::format("# {} ({})\n#{} = {}\n", entry.meaning, entry.type, entry.key, entry.shown);
  }
}

std::string Schema::default_file() const {
  std::string out = "# CloudVNO's settings. Each stands here with its default, commented out.\n";
  for (const auto& section : impl_->sections) {
    out += fmt::format("\n# {}\n[{}]\n", section.meaning, section.name);
    impl_->print_entries(out, section.name);
  }
  for (const auto& rows : impl_->rows) {
    out += fmt::format("\n# {}\n#[[{}]]\n", rows.meaning, rows.name);
    rows.row.impl_->print_entries(out, std::string());
  }
  return out;
}

std::vector<Listed> Schema::list() const {
  std::vector<Listed> all;
  for (const auto& section : impl_->sections) {
    for (const auto& entry : impl_->entries) {
      if (entry.section != section.name) continue;
      all.push_back({section.name, section.meaning, false, entry.key, entry.type, entry.shown,
                     entry.meaning});
    }
  }
  for (const auto& rows : impl_->rows) {
    for (const auto& entry : rows.row.impl_->entries) {
      all.push_back(
          {rows.name, rows.meaning, true, entry.key, entry.type, entry.shown, entry.meaning});
    }
  }
  return all;
}

std::string Schema::reference() const {
  const auto print = [](std::string& out, const Impl& impl, const std::string& section) {
    out += "\n| Setting | Type | Default | Meaning |\n|---|---|---|---|\n";
    for (const auto& entry : impl.entries) {
      if (entry.section != section) continue;
      out += fmt::format("| `{}` | {} | `{}` | {} |\n", entry.key, entry.type, entry.shown,
                         entry.meaning);
    }
  };
  std::string out;
  for (const auto& section : impl_->sections) {
    out += fmt::format("\n## `[{}]`\n\n{}\n", section.name, section.meaning);
    print(out, *impl_, section.name);
  }
  for (const auto& rows : impl_->rows) {
    out += fmt::format("\n## `[[{}]]`\n\n{}\n", rows.name, rows.meaning);
    print(out, *rows.row.impl_, std::string());
  }
  return out;
}

}  // namespace cloudvno::config
