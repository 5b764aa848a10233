// Messages as bytes on the wire (RFC 9112).
#pragma once

#include <string>
#include <string_view>

#include "base/time.hpp"
#include "protocol/http/message.hpp"

namespace cloudvno::http {

// "Sun, 06 Nov 1994 08:49:37 GMT" (IMF-fixdate, RFC 9110 section 5.6.7).
std::string http_date(Time time);

struct ResponseFrame {
  std::string_view date;  // as http_date() gives it
  bool keep_alive = true;
  bool to_http_1_0 = false;
};

// Appends status line and fields with Date, Content-Length and Connection, which the response's own
// fields cannot set. A field with a line break or another forbidden character is left out, so that
// text from outside cannot forge a field; answers false then.
bool append_response_head(std::string& out, const Response& response, const ResponseFrame& frame);

// True if a body may follow an answer with that status (RFC 9110 section 6.4.1).
bool may_have_body(int status);

// Appends request line and fields with Host and Content-Length. False, with nothing usable
// appended, if the method or a field cannot be sent.
bool append_request_head(std::string& out, std::string_view method, const Url& url,
                         const Headers& headers, std::size_t body_bytes);

}  // namespace cloudvno::http
