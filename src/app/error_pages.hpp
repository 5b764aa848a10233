// The page behind every `doc_url`, made from the table of error codes.
#pragma once

#include <string>
#include <string_view>

namespace cloudvno::app {

std::string error_page();             // HTML, one section with an id for each code
std::string_view error_page_style();  // CSS
std::string error_reference();        // Markdown, for docs/errors.md

}  // namespace cloudvno::app
