// Printing heads by appending, because each answer passes through here.
#include "protocol/http/print.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <ctime>

#include "protocol/http/syntax.hpp"

namespace cloudvno::http {
namespace {

// The connection's business, not the handler's.
bool is_framing_field(std::string_view name) {
  switch (name.size()) {
    case 4:
      return equal_ignoring_case(name, "Date") || equal_ignoring_case(name, "Host");
    case 10:
      return equal_ignoring_case(name, "Connection") || equal_ignoring_case(name, "Keep-Alive");
    case 14:
      return equal_ignoring_case(name, "Content-Length");
    case 17:
      return equal_ignoring_case(name, "Transfer-Encoding");
    default:
      return false;
  }
}

void append_number(std::string& out, std::size_t number) {
  const fmt::format_int digits(number);
  out.append(digits.data(), digits.size());
}

bool append_fields(std::string& out, const Headers& headers) {
  bool all = true;
  for (const auto& [name, value] : headers.all()) {
    if (is_framing_field(name)) continue;
    if (!is_token(name) || !is_field_value(value)) {
      all = false;
      continue;
    }
    out.append(name).append(": ").append(value).append("\r\n");
  }
  return all;
}

}  // namespace

std::string http_date(Time time) {
  constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = to_seconds(time);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return fmt::format(FMT_COMPILE("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT"), days[utc.tm_wday],
                     utc.tm_mday, months[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min,
                     utc.tm_sec);
}

bool may_have_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

bool append_response_head(std::string& out, const Response& response, const ResponseFrame& frame) {
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::size_t>(std::clamp(response.status, 100, 999)));
  out += ' ';
  out += reason_phrase(response.status);
  out += "\r\nDate: ";
  out += frame.date;
  out += "\r\n";
  const bool all = append_fields(out, response.headers);
  if (may_have_body(response.status)) {
    out += "Content-Length: ";
    append_number(out, response.body.size());
    out += "\r\n";
  }
  if (!frame.keep_alive) {
    out += "Connection: close\r\n";
  } else if (frame.to_http_1_0) {
    out += "Connection: keep-alive\r\n";
  }
  out += "\r\n";
  return all;
}

bool append_request_head(std::string& out, std::string_view method, const Url& url,
                         const Headers& headers, std::size_t body_bytes) {
  if (!is_token(method)) return false;
  out.append(method).append(" ").append(url.target).append(" HTTP/1.1\r\nHost: ");
  const bool ipv6 = url.host.find(':') != std::string::npos;
  out.append(ipv6 ? "[" : "").append(url.host).append(ipv6 ? "]" : "");
  if (url.port != (url.https ? "443" : "80")) out.append(":").append(url.port);
  out += "\r\n";
  if (!append_fields(out, headers)) return false;
  // A length even of nothing, where the method usually has a body (RFC 9110 section 8.6).
  if (body_bytes > 0 || method == "POST" || method == "PUT" || method == "PATCH") {
    out += "Content-Length: ";
    append_number(out, body_bytes);
    out += "\r\n";
  }
  out += "\r\n";
  return true;
}

}  // namespace cloudvno::http
