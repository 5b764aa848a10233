// A carrier's message ids, brought to one form. SMPP 3.4 leaves the form open (section 5.2.23), and
// carriers answer submit_sm with one and report with another: hexadecimal and decimal, with and
// without leading zeros, in either case.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cloudvno::smpp_carrier {

enum class IdFormat : std::uint8_t {
  automatic,     // as receipts show
  exact,         // letter for letter
  hex,           // both are hexadecimal numbers
  decimal,       // both are decimal numbers
  hex_answers,   // submit_sm_resp has hexadecimal, receipts decimal
  hex_receipts,  // submit_sm_resp has decimal, receipts hexadecimal
};

// A hexadecimal number, or words of hexadecimal digits and hyphens: in small letters; a number also
// without "0x" and leading zeros. Other ids as they are, since their case may tell them apart.
std::string plain_id(std::string_view id);

// The same number written the other way, of any length; the plain id where it is no such number.
std::string decimal_of_hex(std::string_view id);
std::string hex_of_decimal(std::string_view id);

// How the id of a receipt leads to the one that the answer had.
enum class IdWay : std::uint8_t { same, from_decimal, from_hex };

struct IdCandidate {
  std::string id;
  IdWay way;
  bool guessed = false;  // another message may have that id: something else must speak for it
};

// Pure, but for what it learns of the carrier with IdFormat::automatic. Answers are kept plain
// there; a receipt's id is tried the same, as a decimal number for a hexadecimal one, and the other
// way round. The way that found most goes first, and alone once it has found `sure` and no other
// any; `lost` receipts in a row without a message bring the others back.
//
// Before anything was found, the letters a-f decide: who answers with them and reports without has
// hexadecimal answers. Until one is seen a decimal id could be taken for another message's; an
// operator who knows the form sets it.
class IdMatcher {
 public:
  static constexpr std::uint32_t sure = 20;
  static constexpr std::uint32_t lost = 20;

  explicit IdMatcher(IdFormat format) : format_(format) {}

  // The id to keep. Empty where the carrier gave none.
  std::string of_answer(std::string_view id);
  // What a receipt's ids (the second empty where there is one) may have been kept as, the best
  // guess first; at least one.
  std::vector<IdCandidate> of_receipt(std::string_view id, std::string_view other = {});

  void found(IdWay way);
  void not_found();

 private:
  std::vector<IdWay> ways() const;

  IdFormat format_;
  std::array<std::uint32_t, 3> hits_{};
  std::uint32_t misses_ = 0;
  bool hex_answers_ = false;
  bool hex_receipts_ = false;
};

}  // namespace cloudvno::smpp_carrier
