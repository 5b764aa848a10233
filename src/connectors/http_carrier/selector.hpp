// Where a value stands in what an aggregator sends: in an answer, a receipt, an inbound message.
//
//   json:/messages/0/id      a JSON pointer (RFC 6901) into the body
//   field:msgid              a field of the form in the body, or of the query
//   header:X-Message-Id
//   regex:/id=(\w+)/         in the body: the first group, or the whole match
//   own                      our reference, which the request brought
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/http/message.hpp"

namespace cloudvno::http_carrier {

// An answer or a request of an aggregator's; each form of its body is read when it is first asked
// for. What it is made from has to stay.
class Document {
 public:
  Document(const http::Headers& headers, std::string_view body, std::string_view query = {})
      : headers_(headers), body_(body), query_(query) {}

  const http::Headers& headers() const { return headers_; }
  std::string_view body() const { return body_; }
  // Nothing where the body is no JSON.
  const boost::json::value* json() const;
  // Of the body before the query: where a body is signed, its fields are the ones that count.
  std::optional<std::string> field(std::string_view name) const;

 private:
  const http::Headers& headers_;
  std::string_view body_;
  std::string_view query_;
  mutable bool json_read_ = false;
  mutable std::optional<boost::json::value> json_;
  mutable std::optional<http::Fields> fields_;
};

class Selector {
 public:
  Selector() = default;  // finds nothing
  // Takes a selector off the front of the text, up to a space. The error is for the operator.
  static std::expected<Selector, std::string> take(std::string_view& text);
  // The whole text is one; an empty text finds nothing.
  static std::expected<Selector, std::string> parse(std::string_view text);

  bool is_set() const { return kind_ != Kind::none; }
  bool is_own() const { return kind_ == Kind::own; }
  // `at`: what JSON pointers begin from, instead of the whole document. Numbers and truth values as
  // text; nothing for null, lists and objects, and for "own".
  std::optional<std::string> find(const Document& document,
                                  const boost::json::value* at = nullptr) const;

 private:
  enum class Kind : std::uint8_t { none, own, json, field, header, regex };
  class Pattern;

  Kind kind_ = Kind::none;
  std::string name_;
  std::shared_ptr<const Pattern> pattern_;  // shared by copies, constant
};

}  // namespace cloudvno::http_carrier
