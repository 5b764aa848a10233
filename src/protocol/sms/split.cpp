// Splitting a text into SMS parts.
#include "protocol/sms/split.hpp"

#include <string>

#include "base/invariant.hpp"
#include "base/utf8.hpp"
#include "protocol/sms/gsm7.hpp"
#include "protocol/sms/ucs2.hpp"

namespace cloudvno::sms {
namespace {

// Fills parts with characters in order, and counts the parts.
class Filling {
 public:
  constexpr Filling(int alone, int of_several) : alone_(alone), of_several_(of_several) {}

  // True where the character begins a new part of several.
  bool take(int size) {
    total_ += size;
    used_ += size;
    if (used_ <= of_several_) return false;
    used_ = size;
    ++parts_;
    return true;
  }
  int parts() const { return total_ <= alone_ ? 1 : parts_; }

 private:
  int alone_;       // units that the only part of a text holds
  int of_several_;  // units that a part of several holds beside its header
  int total_ = 0;
  int used_ = 0;
  int parts_ = 1;
};

constexpr Filling gsm7_filling(160, 153);
constexpr Filling ucs2_filling(70, 67);

// Information element 00: concatenated short messages with an 8-bit reference.
Bytes concatenation_header(std::uint16_t reference, int number, int of) {
  return {0x05,
          0x00,
          0x03,
          static_cast<std::uint8_t>(reference),
          static_cast<std::uint8_t>(of),
          static_cast<std::uint8_t>(number)};
}

}  // namespace

Result<SegmentCount> count_segments(std::string_view utf8) {
  auto gsm7 = gsm7_filling;
  auto ucs2 = ucs2_filling;
  bool fits_gsm7 = true;
  for (int characters = 0; !utf8.empty(); ++characters) {
    if (characters == max_characters) {
      return fail(Errc::message_too_long, "`body` is longer than 1,600 characters", "body");
    }
    const auto character = take_code_point(utf8);
    if (!character) return fail(Errc::invalid_parameter, "`body` is not valid UTF-8", "body");
    if (fits_gsm7) {
      const int septets = septets_of(*character);
      fits_gsm7 = septets > 0;
      gsm7.take(septets);
    }
    ucs2.take(units_of(*character));
  }
  if (fits_gsm7) return SegmentCount{Encoding::gsm7, gsm7.parts()};
  return SegmentCount{Encoding::ucs2, ucs2.parts()};
}

Result<SplitText> split_text(std::string_view utf8, std::uint16_t reference) {
  TRY_ASSIGN(const auto count, count_segments(utf8));
  // 1,600 characters of two units each fill at most 49 parts.
  invariant(count.segments <= 255, "a text has at most 255 parts");
  const bool gsm7 = count.encoding == Encoding::gsm7;
  SplitText out{count.encoding, std::vector<SmsPart>(static_cast<std::size_t>(count.segments))};
  for (int number = 1; auto& part : out.parts) {
    part.number = number++;
    part.of = count.segments;
    if (count.segments > 1) part.udh = concatenation_header(reference, part.number, part.of);
    part.user_data.reserve(160);
  }
  auto filling = gsm7 ? gsm7_filling : ucs2_filling;
  auto part = out.parts.begin();
  while (!utf8.empty()) {
    const char32_t character = *take_code_point(utf8);
    const bool full = filling.take(gsm7 ? septets_of(character) : units_of(character));
    if (full && count.segments > 1) ++part;
    if (gsm7) {
      append_septets(part->user_data, character);
    } else {
      append_units(part->user_data, character);
    }
  }
  return out;
}

}  // namespace cloudvno::sms
