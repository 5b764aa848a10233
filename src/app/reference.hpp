// The documentation that is made from tables in the program: docs/errors.md, docs/configuration.md
// and the page behind every `doc_url`. A test holds the files against these functions.
#pragma once

#include <string>
#include <string_view>

namespace cloudvno::app {

std::string error_reference();          // Markdown
std::string configuration_reference();  // Markdown
std::string error_page();               // HTML, one section with an id for each code
std::string_view error_page_style();    // CSS

}  // namespace cloudvno::app
