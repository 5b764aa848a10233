// SQL of the table opt_out.
#include "domain/optouts/opt_out_store.hpp"

namespace cloudvno::optouts {

Bytes pair_index(const vault::Vault& vault, const PhoneNumber& sender,
                 const PhoneNumber& recipient) {
  return vault.instance().blind_index("opt_out.pair",
                                      fmt::format("{}:{}", sender.e164(), recipient.e164()));
}

bool insert_opt_out(storage::Transaction& tx, const Bytes& pair, Time now) {
  // The day only: a time to the second would find the message in a carrier's records.
  const Time day = std::chrono::floor<std::chrono::days>(now);
  return tx.run(
             "INSERT INTO opt_out (pair_index, since_day) VALUES ($1, $2) "
             "ON CONFLICT (pair_index) DO NOTHING",
             pair, day) == 1;
}

bool delete_opt_out(storage::Transaction& tx, const Bytes& pair) {
  return tx.run("DELETE FROM opt_out WHERE pair_index = $1", pair) == 1;
}

std::optional<Time> find_opt_out(storage::Transaction& tx, std::span<const Bytes> pairs) {
  if (pairs.empty()) return std::nullopt;
  if (pairs.size() == 1) {  // of most messages: a statement that stays prepared
    const auto rows = tx.query("SELECT since_day FROM opt_out WHERE pair_index = $1", pairs[0]);
    return rows->next() ? std::optional(rows->time(0)) : std::nullopt;
  }
  std::string sql = "SELECT min(since_day) FROM opt_out WHERE pair_index IN ";
  std::vector<storage::Parameter> parameters;
  for (const auto& pair : pairs) {
    parameters.push_back(storage::to_parameter(pair));
    fmt::format_to(std::back_inserter(sql), "{}${}", parameters.size() == 1 ? "(" : ", ",
                   parameters.size());
  }
  sql += ")";
  const auto rows = tx.query_text(sql, parameters);
  return rows->next() ? rows->optional_time(0) : std::nullopt;
}

}  // namespace cloudvno::optouts
