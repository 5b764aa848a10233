// Paging of lists: newest first, cursors are SIDs, stable while rows arrive.
#pragma once

#include <boost/json/array.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/api/answer.hpp"
#include "domain/api/conditions.hpp"
#include "domain/api/input.hpp"

namespace cloudvno::api {

// `after` asks for what comes after that SID in the list (older), `before` for what comes before it
// (newer).
struct PageQuery {
  std::int64_t limit = 50;
  std::string after;
  std::string before;
};

// Reads limit, after and before; SIDs must have one of the two prefixes.
Result<PageQuery> read_page_query(Input& in, std::string_view prefix,
                                  std::string_view other_prefix);

// The smallest and largest SID text of a moment: SIDs begin with their millisecond, so a filter by
// time is a filter by SID. Without the prefix, which callers put before it.
std::string sid_floor(Time time);

// " ORDER BY sid DESC LIMIT n+1" (the one more tells has_more; `before` turns the order round).
std::string page_order(const PageQuery& page);

// Puts the rows (in the order of the query) into {"data","has_more","next"}. `path` and `query` are
// those of the request; `next` repeats the filters. Each row must have the member "sid".
Answer page_answer(const PageQuery& page, std::vector<boost::json::object> rows,
                   std::string_view path, std::string_view query);

}  // namespace cloudvno::api
