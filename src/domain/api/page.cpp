// Paging of lists.
#include "domain/api/page.hpp"

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
