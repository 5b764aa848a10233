// Looking at SQL text.
#include "platform/storage/sql_text.hpp"

#include <set>

namespace cloudvno::storage {
namespace {

// The length of the comment or quotation that `rest` begins with, or 1.
std::size_t piece_length(std::string_view rest) {
  const auto up_to = [&](std::string_view end, std::size_t from) {
    const auto found = rest.find(end, from);
    return found == std::string_view::npos ? rest.size() : found + end.size();
  };
  if (rest.starts_with("--")) return up_to("\n", 2);
  if (rest.starts_with("/*")) return up_to("*/", 2);
  // A doubled quote ends one quotation and begins the next.
  if (rest.starts_with('\'')) return up_to("'", 1);
  if (rest.starts_with('"')) return up_to("\"", 1);
  return 1;
}

}  // namespace

std::vector<std::string> split_statements(std::string_view sql) {
  std::vector<std::string> statements;
  std::string statement;
  const auto end_statement = [&] {
    const auto first = statement.find_first_not_of(" \t\r\n");
    if (first != std::string::npos) {
      const auto last = statement.find_last_not_of(" \t\r\n");
      statements.push_back(statement.substr(first, last - first + 1));
    }
    statement.clear();
  };
  while (!sql.empty()) {
    const auto piece = sql.substr(0, piece_length(sql));
    sql.remove_prefix(piece.size());
    if (piece == ";") {
      end_statement();
    } else if (piece.starts_with("--") || piece.starts_with("/*")) {
      statement += ' ';
    } else {
      statement += piece;
    }
  }
  end_statement();
  return statements;
}

std::vector<std::size_t> parameter_numbers(std::string_view sql) {
  std::set<std::size_t> numbers;
  while (!sql.empty()) {
    const auto piece = sql.substr(0, piece_length(sql));
    sql.remove_prefix(piece.size());
    if (piece != "$") continue;
    std::size_t number = 0;
    while (!sql.empty() && sql[0] >= '0' && sql[0] <= '9' && number < 100'000) {
      number = number * 10 + static_cast<std::size_t>(sql[0] - '0');
      sql.remove_prefix(1);
    }
    numbers.insert(number);
  }
  return {numbers.begin(), numbers.end()};
}

}  // namespace cloudvno::storage
