// A number that can be bought, and what kind of number it is.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/model/money.hpp"
#include "base/model/phone_number.hpp"

namespace cloudvno::numbers {

// Of product.md section 3: local, mobile, toll-free or short-code.
bool is_number_type(std::string_view word);
inline constexpr std::string_view number_types[] = {"local", "mobile", "toll-free", "short-code"};

// All that numbers of one kind have in common. The store keeps it as one short code, which its
// indexes begin with: an inventory of millions has some dozens of kinds, so a search over them
// asks each for its few rows instead of reading rows of all.
struct OfferKind {
  std::string country;  // ISO 3166-1 alpha-2; empty if not known
  std::string type;     // one of number_types
  bool sms = true;
  bool mms = false;
  bool voice = false;
  int length = 0;       // digits of the number, with its calling code
  int area_length = 0;  // of them the area code, which follows the calling code; 0: not known

  // Six capital letters and digits, so that every collation orders them alike: "USL7B3".
  std::string code() const;
  static std::optional<OfferKind> parse(std::string_view code);
  // The smallest and the largest code of a country's kinds; of all kinds for an empty text.
  static std::string least_code(std::string_view country);
  static std::string largest_code(std::string_view country);

  // "1" of a US number; empty for a short code and where the country is not known.
  std::string_view calling_code() const;
  bool operator==(const OfferKind&) const = default;
};

struct Offer {
  PhoneNumber number;
  OfferKind kind;
  std::string carrier;                 // configured name; "sandbox" for the simulated network
  std::optional<Money> monthly_price;  // nothing: the account's rate holds

  std::string_view area_code() const;
  bool operator==(const Offer&) const = default;
};

// One line of text, as the store seals it, and back.
std::string print_offer(const Offer& offer);
std::optional<Offer> read_offer(std::string_view text);

}  // namespace cloudvno::numbers
