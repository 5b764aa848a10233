// A walk over the names of a JSON text: Boost.JSON's own parser keeps the last of two and says
// nothing.
#include "domain/api/repeated_name.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <string>
#include <vector>

namespace cloudvno::api {
namespace {

namespace json = boost::json;
using Text = json::string_view;
using Failure = json::error_code;

// What json::basic_parser tells of a text; all but names and the ends of objects is passed over.
struct Names {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = max_object_size;
  static constexpr std::size_t max_key_size = max_object_size;
  static constexpr std::size_t max_string_size = max_object_size;

  bool on_object_begin(Failure&) {
    starts.push_back(names.size());
    return true;
  }
  bool on_object_end(std::size_t, Failure&) {
    const auto first = names.begin() + static_cast<std::ptrdiff_t>(starts.back());
    starts.pop_back();
    std::sort(first, names.end());
    repeated |= std::adjacent_find(first, names.end()) != names.end();
    names.erase(first, names.end());
    return true;
  }
  // A name comes in parts where escapes interrupt it.
  bool on_key_part(Text part, std::size_t, Failure&) {
    name += part;
    return true;
  }
  bool on_key(Text part, std::size_t, Failure&) {
    name += part;
    names.push_back(std::exchange(name, {}));
    return true;
  }

  bool on_document_begin(Failure&) { return true; }
  bool on_document_end(Failure&) { return true; }
  bool on_array_begin(Failure&) { return true; }
  bool on_array_end(std::size_t, Failure&) { return true; }
  bool on_string_part(Text, std::size_t, Failure&) { return true; }
  bool on_string(Text, std::size_t, Failure&) { return true; }
  bool on_number_part(Text, Failure&) { return true; }
  bool on_int64(std::int64_t, Text, Failure&) { return true; }
  bool on_uint64(std::uint64_t, Text, Failure&) { return true; }
  bool on_double(double, Text, Failure&) { return true; }
  bool on_bool(bool, Failure&) { return true; }
  bool on_null(Failure&) { return true; }
  bool on_comment_part(Text, Failure&) { return true; }
  bool on_comment(Text, Failure&) { return true; }

  std::vector<std::string> names;   // of all objects that are open, the innermost last
  std::vector<std::size_t> starts;  // where in `names` each of them begins
  std::string name;
  bool repeated = false;
};

}  // namespace

bool has_repeated_name(std::string_view json_text) {
  json::basic_parser<Names> parser(json::parse_options{});
  Failure ignored;
  parser.write_some(false, json_text.data(), json_text.size(), ignored);
  return parser.handler().repeated;
}

}  // namespace cloudvno::api
