// What a verb may have, as data; anything else in a document is ignored with a warning (12200).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/twiml/document.hpp"
#include "protocol/twiml/fault.hpp"

namespace cloudvno::twiml {

enum class Method { get, post };

// What is worth telling the customer of a document that works: the first 20 of it.
class Warnings {
 public:
  static constexpr std::size_t most = 20;

  void add(int code, std::string text) {
    if (list_.size() < most) list_.push_back({code, std::move(text)});
  }
  std::vector<Fault> take() { return std::move(list_); }

 private:
  std::vector<Fault> list_;
};

// Warns of attributes and child elements that are not listed, and of text where none belongs.
// Namespace declarations are nobody's mistake.
struct Schema {
  std::string_view attributes;  // names with one space between
  std::string_view children;
  bool text = false;

  void check(const Node& element, Warnings& warnings) const;
};

// The attribute's GET or POST, in any case; POST where it is absent, or (with a warning) other.
Method read_method(const Node& element, std::string_view attribute, Warnings& warnings);

}  // namespace cloudvno::twiml
