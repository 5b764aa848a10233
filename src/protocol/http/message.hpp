// HTTP requests and responses as plain values (RFC 9110), with no sockets and no Beast.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/utf8.hpp"

namespace cloudvno::http {

// Names compare without case; order and repeats are kept.
class Headers {
 public:
  void add(std::string name, std::string value) {
    all_.emplace_back(std::move(name), std::move(value));
  }
  // Replaces the first of that name and drops its repeats; adds it where there is none.
  void set(std::string_view name, std::string value);
  void remove(std::string_view name);
  std::size_t count(std::string_view name) const;
  // The first value of that name; empty optional if there is none.
  std::optional<std::string_view> find(std::string_view name) const;
  std::string_view value(std::string_view name) const {
    return find(name).value_or(std::string_view());
  }
  const std::vector<std::pair<std::string, std::string>>& all() const { return all_; }
  void reserve(std::size_t count) { all_.reserve(count); }

 private:
  std::vector<std::pair<std::string, std::string>> all_;
};

bool equal_ignoring_case(std::string_view a, std::string_view b);

struct Request {
  std::string method;  // "GET"
  std::string path;    // as sent, still percent-encoded, without the query: "/v1/messages"
  std::string query;   // without '?'
  Headers headers;
  std::string body;
  std::string peer;  // the client's IP address as text
  bool encrypted = false;
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
};

// "Not Found"; of a status that has no entry, "Status" (no protocol uses the phrase).
std::string_view reason_phrase(int status);

// application/x-www-form-urlencoded (URL standard section 5), in order, repeats kept.
using Fields = std::vector<std::pair<std::string, std::string>>;
// Nothing where an escape is cut off or not hexadecimal, a byte sequence is not UTF-8, a NUL
// appears, or there are more than 1,000 fields.
std::optional<Fields> parse_form(std::string_view text);
std::string print_form(const Fields& fields);  // space as '+'
std::string percent_encode(
    std::string_view text);  // all but unreserved characters (RFC 3986 section 2.3)
// Of a path segment: '+' stays. Nothing where an escape is cut off or not hexadecimal, or the
// result is not UTF-8 or holds a NUL.
std::optional<std::string> percent_decode(std::string_view text);

using cloudvno::is_utf8;

// An absolute http or https URL taken apart, at most 4,096 bytes; what RFC 3986 forbids is refused,
// and so is user information. Hosts are ASCII: an international name comes in its "xn--" form.
// Numeric spellings of an address ("0x7f.1", "2130706433") stay host text as written: net::Resolver
// refuses them.
struct Url {
  bool https = false;
  std::string host;    // lower case; an IPv6 address without brackets
  std::string port;    // always set: "443"
  std::string target;  // path and query, "/" at least, no fragment
  std::string text;    // the whole as the customer wrote it

  static std::optional<Url> parse(std::string_view text);
};

}  // namespace cloudvno::http
