// The documentation that is made from tables in the program.
#include "app/reference.hpp"

#include <fmt/format.h>

#include "app/settings.hpp"
#include "base/model/errors.hpp"
#include "domain/api/answer.hpp"

namespace cloudvno::app {
namespace {

// Backticks become <code>; the table holds no other markup.
std::string to_html(std::string_view text) {
  std::string out;
  bool code = false;
  for (const char c : text) {
    switch (c) {
      case '`':
        out += code ? "</code>" : "<code>";
        code = !code;
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace

std::string error_page() {
  std::string out =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width\"><title>CloudVNO error codes</title>"
      "<link rel=\"stylesheet\" href=\"/docs/errors.css\"></head><body><main>\n<h1>Error "
      "codes</h1>\n"
      "<p>Each error answer has the form "
      "<code>{\"error\":{\"code\",\"message\",\"param\",\"doc_url\",\"request_id\"}}"
      "</code>. Give the request id when you ask the operator of this platform about it.</p>\n";
  for (const auto& entry : error_table()) {
    out += fmt::format(
        "<section id=\"{0}\"><h2><code>{0}</code> <small>{1}</small></h2><p>{2}</p></section>\n",
        entry.name, api::http_status(entry.kind), to_html(entry.meaning));
  }
  return out + "</main></body></html>\n";
}

std::string_view error_page_style() {
  return "body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#1c2430;background:#fff}"
         "main{max-width:46rem;margin:0 auto;padding:2rem 1rem}"
         "h2{font-size:1.1rem;margin:2rem 0 .3rem}small{color:#5b6675;font-weight:400}"
         "section:target{background:#fff4d6;outline:.5rem solid #fff4d6}p{margin:.3rem 0}"
         "@media(prefers-color-scheme:dark){body{color:#e5e9f0;background:#14181f}small{color:#"
         "9aa5b5}"
         "section:target{background:#3a3210;outline-color:#3a3210}}\n";
}

std::string error_reference() {
  std::string out =
      "# Error codes\n\nMade by `cloudvno reference errors`; do not edit.\n\n"
      "| Code | Status | Meaning |\n|---|---|---|\n";
  for (const auto& entry : error_table()) {
    out += fmt::format("| `{}` | {} | {} |\n", entry.name, api::http_status(entry.kind),
                       entry.meaning);
  }
  return out;
}

std::string configuration_reference() {
  Settings defaults;
  return "# Configuration\n\nOne TOML file, given by `--config`; `cloudvno config` prints one to "
         "start from. Made by "
         "`cloudvno reference configuration`; do not edit.\n" +
         describe(defaults).reference();
}

}  // namespace cloudvno::app
