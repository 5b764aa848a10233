// Loads a TwiML document (XML 1.0) into plain values, within limits.
//
// Departure from XML: document type declarations are skipped and their entities not expanded; an
// ampersand that begins no known entity is read as itself.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/twiml/fault.hpp"

namespace cloudvno::twiml {

struct Attribute {
  std::string name;
  std::string value;
};

// An element, or a run of text (CDATA sections and comments make no difference to it).
struct Node {
  std::string name;  // empty: a text
  std::string text;  // of a text
  std::vector<Attribute> attributes;
  std::vector<Node> children;

  bool is_text() const { return name.empty(); }

  // Names are case-sensitive. Nothing where the attribute is absent, which is not the same as "".
  std::optional<std::string> attribute(std::string_view attribute_name) const;

  // The texts directly inside, one after the other, without white space at both ends.
  std::string own_text() const;
};

struct DocumentLimits {
  std::size_t bytes = 64 * 1024;
  int depth = 32;  // of elements, the root being 1
  int elements = 2'000;
  int attributes = 64;  // of one element
};

// The root, which is named Response. Takes UTF-8, UTF-16, UTF-32 and ISO 8859-1, told by byte order
// mark and XML declaration; `latin1` says what the content type says.
// Faults: document_too_large; wrong_root; malformed_document, also beyond the other limits.
std::expected<Node, Fault> load_document(std::string_view body, bool latin1 = false,
                                         const DocumentLimits& limits = {});

}  // namespace cloudvno::twiml
