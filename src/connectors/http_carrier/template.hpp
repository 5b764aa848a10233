// Texts with placeholders, in which an operator writes what an aggregator wants to be sent.
//
//   {"to": "{to}", "text": "{text}"}          https://sms.example.com/send?to={to:digits}
//
// A brace begins a placeholder where a small letter follows; "{{" is a brace by itself, so that
// JSON stands as it is. Behind the name come filters, in the order in which they apply.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cloudvno::http_carrier {

enum class Placeholder : std::uint8_t {
  from,         // "+14155550142"
  to,           // "+12015550100"
  text,         // UTF-8: of the whole message, or of the part where a carrier takes parts
  message_sid,  // "SM…"
  reference,    // our id of what is submitted, which a receipt may bring back
  validity,     // whole seconds
  part,         // from 1
  parts,        // how many the message has
  encoding,     // the carrier's word for GSM 7-bit or UCS-2
  udh,          // octets of the part's header
  data,         // octets of the part's text: septets each in an octet, or UTF-16BE
  user,
  password,
  receipt_url,   // where receipts come in, with the secret
  media_type,    // of the first picture, sound or document; empty without one
  media_base64,  // its bytes
  media_list,    // of all, as JSON: [{"content_type":"image/png","content":"<base64>"}]
};
inline constexpr std::size_t placeholder_count = 17;

enum class Filter : std::uint8_t {
  // Escapes: say how the value is written, instead of what the place says.
  raw,   // as it is
  url,   // percent-encoded
  json,  // inside the quotes of a JSON string
  xml,   // character data or an attribute's value
  // Changes.
  digits,    // nothing but 0-9
  hex,       // of the bytes, upper case
  hex_ucs2,  // of the text in UTF-16BE
  base64,
};

// How a value is written that says nothing of it.
enum class Place : std::uint8_t {
  url,
  header,  // control characters become spaces
  json,
  xml,
  plain,
  unclear,  // each placeholder has to say it
};

class Template {
 public:
  using ValueOf = std::function<std::string(Placeholder)>;

  // Of a text of a program, as an empty one. What is wrong is told in a sentence for the operator.
  Template() = default;
  static std::expected<Template, std::string> parse(std::string_view text);

  bool uses(Placeholder placeholder) const;
  // The first placeholder, with its braces, that leaves open how it is written; "" if none does.
  std::string leaves_open() const;
  // The text before the first placeholder.
  std::string_view fixed_beginning() const;
  std::string render(Place place, const ValueOf& value_of) const;

 private:
  struct Piece {
    std::string fixed;  // before the placeholder
    bool has_placeholder = false;
    Placeholder placeholder = Placeholder::from;
    std::vector<Filter> filters;
  };

  std::vector<Piece> pieces_;
};

}  // namespace cloudvno::http_carrier
