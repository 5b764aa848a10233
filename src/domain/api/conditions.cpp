// Choosing the index, and writing the conditions.
#include "domain/api/conditions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "domain/api/page.hpp"

namespace cloudvno::api {
namespace {

// A filter that finds so many counts as one that finds many.
constexpr std::int64_t most_counted = 1'000;

void write(Where& where, std::string_view text) {
  where.text += where.text.empty() ? " WHERE " : " AND ";
  where.text += text;
}

template <class T>
std::string place(Where& where, const T& owned) {
  where.parameters.push_back(std::visit(
      []<class V>(const V& held) {
        if constexpr (std::is_same_v<V, std::monostate>) {
          return storage::Parameter();
        } else {
          return storage::to_parameter(held);
        }
      },
      owned));
  return fmt::format("${}", where.parameters.size());
}

// No index has it, on neither engine: the value is compared in the row.
std::string looked_at(std::string_view column) {
  return fmt::format("coalesce({0}, {0})", column);
}

template <class Term>
void write_term(Where& where, const Term& term, bool sought) {
  const auto column = sought ? term.column : looked_at(term.column);
  if (!term.one_of) {
    return write(where, fmt::format("{} = {}", column, place(where, term.values.front())));
  }
  std::vector<std::string> places;
  for (const auto& value : term.values) places.push_back(place(where, value));
  write(where,
        places.empty() ? "1 = 0" : fmt::format("{} IN ({})", column, fmt::join(places, ", ")));
}

}  // namespace

Conditions::Owned Conditions::keep(const storage::Parameter& value) {
  return std::visit(
      []<class T>(const T& held) -> Owned {
        if constexpr (std::is_same_v<T, std::string_view>) {
          return std::string(held);
        } else if constexpr (std::is_same_v<T, ByteView>) {
          return Bytes(held.begin(), held.end());
        } else {
          return held;
        }
      },
      value);
}

void Conditions::add_owner(const AccountSid& account, bool live) {
  owner_.push_back({"account_sid", Index::none, {keep(storage::to_parameter(account))}});
  owner_.push_back({"live", Index::none, {keep(live)}});
}

void Conditions::add_one_of(std::string_view column, std::span<const std::string_view> values) {
  Term term{std::string(column), Index::none, {}, true};
  for (const auto value : values) term.values.emplace_back(std::string(value));
  terms_.push_back(std::move(term));
}

void Conditions::add_made_from(Time time) {
  auto floor = sid_floor(time);
  if (floor <= from_) return;
  from_ = std::move(floor);
  after_from_ = false;
}

void Conditions::add_made_before(Time time) {
  auto floor = sid_floor(time);
  if (before_.empty() || floor < before_) before_ = std::move(floor);
}

void Conditions::add_page(const PageQuery& page) {
  // Compared without the prefix, because a list of messages mixes SM and MM.
  if (!page.after.empty()) {
    auto cursor = page.after.substr(2);
    if (before_.empty() || cursor < before_) before_ = std::move(cursor);
  }
  if (!page.before.empty()) {
    auto cursor = page.before.substr(2);
    if (cursor < from_) return;
    from_ = std::move(cursor);
    after_from_ = true;
  }
}

void Conditions::write_owner(Where& where, bool sought) const {
  for (const auto& term : owner_) write_term(where, term, sought);
}

// Word for word as the indexes say it: so an engine knows that they hold all that is asked for.
void Conditions::write_unset(Where& where) const {
  for (const auto& flag : unset_) write(where, fmt::format("NOT {}", flag));
}

void Conditions::write_window(Where& where) const {
  const auto bound = [&](const std::string& text) {
    where.parameters.emplace_back(std::string_view(text));
    return fmt::format("${}", where.parameters.size());
  };
  if (!from_.empty()) {
    write(where, fmt::format("substr(sid, 3) {} {}", after_from_ ? ">" : ">=", bound(from_)));
  }
  if (!before_.empty()) write(where, fmt::format("substr(sid, 3) < {}", bound(before_)));
}

std::int64_t Conditions::count(storage::Transaction& tx, std::string_view table,
                               const Term& term) const {
  Where where;
  if (term.index == Index::of_account) write_owner(where, true);
  write_term(where, term, true);
  write_unset(where);
  write_window(where);
  const auto rows =
      tx.query_text(fmt::format("SELECT count(*) FROM (SELECT 1 FROM {}{} LIMIT {}) AS few", table,
                                where.text, most_counted),
                    where.parameters);
  return rows->next() ? rows->integer(0) : 0;
}

const Conditions::Term* Conditions::choose(storage::Transaction& tx, std::string_view table) const {
  std::vector<const Term*> indexed;
  for (const auto& term : terms_) {
    if (term.index != Index::none) indexed.push_back(&term);
  }
  if (indexed.size() == 1) return indexed.front();
  const Term* best = nullptr;
  std::int64_t fewest = most_counted + 1;
  for (const auto* term : indexed) {
    const auto rows = count(tx, table, *term);
    if (rows < fewest) {
      fewest = rows;
      best = term;
    }
  }
  return best;
}

Where Conditions::where(storage::Transaction& tx, std::string_view table) const {
  const auto* chosen = choose(tx, table);
  Where where;
  write_owner(where, !chosen || chosen->index == Index::of_account);
  for (const auto& term : terms_) {
    // What is only one of several values leads an index that may be read for another filter.
    write_term(where, term, &term == chosen || (term.index == Index::none && !term.one_of));
  }
  write_unset(where);
  write_window(where);
  return where;
}

}  // namespace cloudvno::api
