// The filters of a list as SQL, so that a page costs the same in a table of any size.
//
// An engine that chooses the index by itself chooses wrongly now and then: SQLite knows nothing of
// the values, PostgreSQL believes that what is rare comes soon. So the list says which filter's
// index is read, and the other filters are only looked at in the rows that it finds.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/model/sid.hpp"
#include "platform/storage/database.hpp"

namespace cloudvno::api {

struct PageQuery;

// What a filter's index begins with; its last column is always substr(sid, 3), the order of lists.
enum class Index {
  none,        // it has none
  alone,       // the filter's column
  of_account,  // account_sid, live, and then the filter's column
};

// " WHERE a AND b", with parameters numbered from $1; views into the Conditions it is of.
struct Where {
  std::string text;
  std::vector<storage::Parameter> parameters;
};

// Joined by AND. Columns are our texts, values always parameters.
class Conditions {
 public:
  // Every list is of one account and one mode; by this index it is read when no filter has one.
  void add_owner(const AccountSid& account, bool live);
  template <class T>
  void add(std::string_view column, const T& value, Index index = Index::none) {
    terms_.push_back({std::string(column), index, {keep(storage::to_parameter(value))}});
  }
  // Only rows whose flag is not set: the table's indexes for lists hold no others.
  void add_unset(std::string_view flag) { unset_.emplace_back(flag); }
  // One of the values; of none, nothing fits. Not by an index: rows of several values would have to
  // be sorted.
  void add_one_of(std::string_view column, std::span<const std::string_view> values);
  // On the column sid, which begins with the time. Of several, the narrowest counts.
  void add_made_from(Time time);
  void add_made_before(Time time);
  void add_page(const PageQuery& page);

  // Of several filters with an index, reads the one that finds fewest rows: it counts in each, up
  // to a bound.
  Where where(storage::Transaction& tx, std::string_view table) const;

 private:
  using Owned = std::variant<std::monostate, std::int64_t, bool, std::string, Bytes>;
  struct Term {
    std::string column;
    Index index = Index::none;
    std::vector<Owned> values;  // one, but for add_one_of()
    bool one_of = false;
  };

  static Owned keep(const storage::Parameter& value);
  const Term* choose(storage::Transaction& tx, std::string_view table) const;
  std::int64_t count(storage::Transaction& tx, std::string_view table, const Term& term) const;
  void write_owner(Where& where, bool sought) const;
  void write_unset(Where& where) const;
  void write_window(Where& where) const;

  std::vector<Term> owner_;
  std::vector<Term> terms_;
  std::vector<std::string> unset_;
  // Of substr(sid, 3); empty: unbounded.
  std::string from_;
  bool after_from_ = false;  // not `from_` itself
  std::string before_;
};

}  // namespace cloudvno::api
