// Splits a text into SMS parts (3GPP TS 23.038 section 6.1.2, TS 23.040 section 9.2.3.24.1).
//
// One GSM 7-bit part holds 160 septets, a part of several 153; in UCS-2 70 and 67 code units. A
// character is never cut: no escape sequence and no surrogate pair lies over two parts.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace cloudvno::sms {

enum class Encoding : std::uint8_t { gsm7, ucs2 };

// Unicode code points in one message.
inline constexpr int max_characters = 1'600;

struct SmsPart {
  Bytes udh;        // user data header with its length octet; empty where the part is the only one
  Bytes user_data;  // unpacked septets or UTF-16BE, without the header
  int number = 1;   // from 1
  int of = 1;       // parts in all, at most 255

  bool has_header() const { return !udh.empty(); }
};

struct SplitText {
  Encoding encoding = Encoding::gsm7;
  std::vector<SmsPart> parts;  // never empty: an empty text is one empty part
};

// GSM 7-bit where every character is in its alphabet, else UCS-2. The header carries the low octet
// of `reference`, which should differ from one text to the next of a sender and recipient.
// Errors: message_too_long beyond 1,600 characters; invalid_parameter for `body` where the text is
// not UTF-8.
Result<SplitText> split_text(std::string_view utf8, std::uint16_t reference);

struct SegmentCount {
  Encoding encoding = Encoding::gsm7;
  int segments = 1;
};

// What split_text would make, without making it; the same errors.
Result<SegmentCount> count_segments(std::string_view utf8);

}  // namespace cloudvno::sms
