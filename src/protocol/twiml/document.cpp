// Loading a TwiML document, with pugixml as the parser.
#include "protocol/twiml/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <pugixml.hpp>

#include "base/utf8.hpp"
#include "protocol/twiml/text.hpp"

namespace cloudvno::twiml {
namespace {

// White space is kept, because between words of a mixed text it counts; what stands outside the
// root is kept, so that it can be refused.
constexpr unsigned parse_options =
    pugi::parse_default | pugi::parse_ws_pcdata | pugi::parse_fragment;

Fault malformed(std::string_view why) {
  return {code::malformed_document, fmt::format("The document is not well-formed XML: {}", why)};
}

// XML 1.0 section 2.2: no control characters but tab and line ends.
bool is_xml_text(std::string_view text) {
  return is_utf8(text) && std::ranges::none_of(text, [](char c) {
           return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
         });
}

class Copy {
 public:
  explicit Copy(const DocumentLimits& limits) : limits_(limits) {}

  std::expected<Node, Fault> element(const pugi::xml_node& from, int depth) {
    if (depth > limits_.depth) return fault(fmt::format("nested deeper than {}", limits_.depth));
    if (++elements_ > limits_.elements) {
      return fault(fmt::format("more than {} elements", limits_.elements));
    }
    Node out;
    out.name = from.name();
    if (!is_xml_text(out.name)) return bad_characters();
    for (const auto& attribute : from.attributes()) {
      Attribute copied{attribute.name(), attribute.value()};
      if (!is_xml_text(copied.name) || !is_xml_text(copied.value)) return bad_characters();
      if (out.attribute(copied.name)) return fault("an attribute is given twice");
      out.attributes.push_back(std::move(copied));
      if (out.attributes.size() > static_cast<std::size_t>(limits_.attributes)) {
        return fault(fmt::format("more than {} attributes", limits_.attributes));
      }
    }
    for (const auto& child : from.children()) {
      if (child.type() == pugi::node_element) {
        auto copied = element(child, depth + 1);
        if (!copied) return copied;
        out.children.push_back(std::move(*copied));
      } else if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
        if (!is_xml_text(child.value())) return bad_characters();
        if (out.children.empty() || !out.children.back().is_text()) out.children.emplace_back();
        out.children.back().text += child.value();
      }
    }
    return out;
  }

 private:
  static std::unexpected<Fault> fault(std::string_view why) {
    return std::unexpected(malformed(why));
  }
  static std::unexpected<Fault> bad_characters() {
    return fault("it holds bytes that are no characters in its encoding");
  }

  const DocumentLimits& limits_;
  int elements_ = 0;
};

}  // namespace

std::optional<std::string> Node::attribute(std::string_view attribute_name) const {
  const auto found = std::ranges::find(attributes, attribute_name, &Attribute::name);
  if (found == attributes.end()) return std::nullopt;
  return found->value;
}

std::string Node::own_text() const {
  std::string out;
  for (const auto& child : children) {
    if (child.is_text()) out += child.text;
  }
  return std::string(trimmed(out));
}

std::expected<Node, Fault> load_document(std::string_view body, bool latin1,
                                         const DocumentLimits& limits) {
  if (body.size() > limits.bytes) {
    return std::unexpected(
        Fault{code::document_too_large,
              fmt::format("The document is larger than {} bytes", limits.bytes)});
  }
  pugi::xml_document document;
  const auto result = document.load_buffer(body.data(), body.size(), parse_options,
                                           latin1 ? pugi::encoding_latin1 : pugi::encoding_auto);
  if (!result) {
    const auto read =
        body.substr(0, static_cast<std::size_t>(std::max<std::ptrdiff_t>(result.offset, 0)));
    return std::unexpected(malformed(
        fmt::format("{} (line {})", result.description(), std::ranges::count(read, '\n') + 1)));
  }
  pugi::xml_node root;
  for (const auto& node : document.children()) {
    if (node.type() == pugi::node_element) {
      if (root) return std::unexpected(malformed("more than one root element"));
      root = node;
    } else if (node.type() == pugi::node_cdata ||
               (node.type() == pugi::node_pcdata && !trimmed(node.value()).empty())) {
      return std::unexpected(malformed("text outside the root element"));
    }
  }
  if (!root) return std::unexpected(malformed("no element"));
  if (std::string_view(root.name()) != "Response") {
    return std::unexpected(Fault{code::wrong_root, "The document's root element is not Response"});
  }
  return Copy(limits).element(root, 1);
}

}  // namespace cloudvno::twiml
