// The content type of an application's answer (RFC 9110 section 8.3.1).
#pragma once

#include <string>
#include <string_view>

namespace cloudvno::twiml {

struct ContentType {
  std::string type;     // "text/xml", lower case
  std::string charset;  // "utf-8", lower case; empty if not given

  bool is_twiml() const {
    return type == "text/xml" || type == "application/xml" || type == "text/html";
  }
  bool is_latin1() const { return charset == "iso-8859-1" || charset == "latin1"; }
};

// Takes any text; what makes no sense stays empty or matches no known type.
ContentType parse_content_type(std::string_view header);

}  // namespace cloudvno::twiml
