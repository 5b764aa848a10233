// Paging of lists.
#include "domain/api/page.hpp"

#include "base/invariant.hpp"

namespace cloudvno::api {
namespace {

bool is_cursor(std::string_view text, std::string_view prefix, std::string_view other) {
  return detail::is_sid(text, prefix) || detail::is_sid(text, other);
}

}  // namespace

Result<PageQuery> read_page_query(Input& in, std::string_view prefix,
                                  std::string_view other_prefix) {
  PageQuery page;
  TRY_ASSIGN(const auto limit, in.optional_integer("limit", 1, 1000));
  if (limit) page.limit = *limit;
  for (const std::string_view name : {"after", "before"}) {
    TRY_ASSIGN(const auto cursor, in.optional_text(name, 64));
    if (!cursor) continue;
    if (!is_cursor(*cursor, prefix, other_prefix)) {
      return fail(Errc::invalid_parameter,
                  fmt::format("`{}` must be the SID of a row of this list.", name),
                  std::string(name));
    }
    (name == "after" ? page.after : page.before) = *cursor;
  }
  if (!page.after.empty() && !page.before.empty()) {
    return fail(Errc::invalid_parameter, "Give `after` or `before`, not both.", "before");
  }
  return page;
}

std::string sid_floor(Time time) {
  return fmt::format("{:012x}", std::max<std::int64_t>(0, to_micros(time) / 1000));
}

void Conditions::keep(std::string_view condition, const storage::Parameter& value) {
  const auto mark = condition.find('?');
  invariant(mark != std::string_view::npos, "a condition needs one ?");
  conditions_.push_back(fmt::format("{}${}{}", condition.substr(0, mark), values_.size() + 1,
                                    condition.substr(mark + 1)));
  values_.push_back(std::visit(
      []<class T>(const T& held) -> Owned {
        if constexpr (std::is_same_v<T, std::string_view>) {
          return std::string(held);
        } else if constexpr (std::is_same_v<T, ByteView>) {
          return Bytes(held.begin(), held.end());
        } else {
          return held;
        }
      },
      value));
}

void Conditions::add_one_of(std::string_view column, std::span<const std::string_view> values) {
  std::string places;
  for (const auto value : values) {
    values_.emplace_back(std::string(value));
    places += fmt::format("{}${}", places.empty() ? "" : ", ", values_.size());
  }
  conditions_.push_back(places.empty() ? "1 = 0" : fmt::format("{} IN ({})", column, places));
}

void Conditions::add_page(const PageQuery& page) {
  // Compared without the prefix, because a list of messages mixes SM and MM.
  if (!page.after.empty()) add("substr(sid, 3) < ?", page.after.substr(2));
  if (!page.before.empty()) add("substr(sid, 3) > ?", page.before.substr(2));
}

std::string Conditions::where() const {
  return conditions_.empty() ? std::string()
                             : fmt::format(" WHERE {}", fmt::join(conditions_, " AND "));
}

std::vector<storage::Parameter> Conditions::parameters() const {
  std::vector<storage::Parameter> views;
  views.reserve(values_.size());
  for (const auto& value : values_) {
    views.push_back(std::visit(
        []<class T>(const T& held) {
          if constexpr (std::is_same_v<T, std::monostate>) {
            return storage::Parameter();
          } else {
            return storage::to_parameter(held);
          }
        },
        value));
  }
  return views;
}

std::string page_order(const PageQuery& page) {
  return fmt::format(" ORDER BY substr(sid, 3) {} LIMIT {}", page.before.empty() ? "DESC" : "ASC",
                     page.limit + 1);
}

Answer page_answer(const PageQuery& page, std::vector<boost::json::object> rows,
                   std::string_view path, std::string_view query) {
  const bool more = static_cast<std::int64_t>(rows.size()) > page.limit;
  if (more) rows.pop_back();
  const bool backward = !page.before.empty();
  if (backward) std::ranges::reverse(rows);
  boost::json::value next = nullptr;
  if (more && !rows.empty()) {
    http::Fields fields;
    for (auto& field : http::parse_form(query).value_or(http::Fields())) {
      if (field.first != "after" && field.first != "before") fields.push_back(std::move(field));
    }
    const auto& edge = backward ? rows.front() : rows.back();
    fields.emplace_back(backward ? "before" : "after", std::string(edge.at("sid").as_string()));
    next = boost::json::string(fmt::format("{}?{}", path, http::print_form(fields)));
  }
  boost::json::array data;
  data.reserve(rows.size());
  for (auto& row : rows) data.emplace_back(std::move(row));
  return Answer::json(200,
                      {{"data", std::move(data)}, {"has_more", more}, {"next", std::move(next)}});
}

}  // namespace cloudvno::api
