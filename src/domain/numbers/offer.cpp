// Kinds of numbers and their codes.
#include "domain/numbers/offer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "domain/numbers/calling_codes.hpp"

namespace cloudvno::numbers {
namespace {

constexpr std::string_view unknown_country = "ZZ";  // ISO 3166-1 leaves it to its users
constexpr std::string_view type_letters = "LMTS";   // in the order of number_types
constexpr std::string_view digits = "0123456789ABCDEF";

bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}

}  // namespace

bool is_number_type(std::string_view word) {
  return std::ranges::find(number_types, word) != std::end(number_types);
}

std::string OfferKind::code() const {
  const auto place = std::ranges::find(number_types, type) - std::begin(number_types);
  std::string text(country.size() == 2 ? country : unknown_country);
  text += type_letters[static_cast<std::size_t>(place) % type_letters.size()];
  text += digits[(sms ? 1u : 0u) + (mms ? 2u : 0u) + (voice ? 4u : 0u)];
  text += digits[static_cast<std::size_t>(length) % digits.size()];
  text += digits[static_cast<std::size_t>(area_length) % digits.size()];
  return text;
}

std::optional<OfferKind> OfferKind::parse(std::string_view code) {
  if (code.size() != 6 || !is_capital(code[0]) || !is_capital(code[1])) return std::nullopt;
  const auto letter = type_letters.find(code[2]);
  const auto capabilities = digits.find(code[3]);
  const auto length = digits.find(code[4]);
  const auto area_length = digits.find(code[5]);
  if (letter == std::string_view::npos || capabilities > 7 || length > 15 || area_length > length) {
    return std::nullopt;
  }
  OfferKind kind;
  if (code.substr(0, 2) != unknown_country) kind.country = code.substr(0, 2);
  kind.type = number_types[letter];
  kind.sms = (capabilities & 1u) != 0;
  kind.mms = (capabilities & 2u) != 0;
  kind.voice = (capabilities & 4u) != 0;
  kind.length = static_cast<int>(length);
  kind.area_length = static_cast<int>(area_length);
  return kind;
}

std::string OfferKind::least_code(std::string_view country) {
  return std::string(country) + "A";
}

std::string OfferKind::largest_code(std::string_view country) {
  return std::string(country) + (country.empty() ? "ZZZZZZ" : "ZZZZ");
}

std::string_view OfferKind::calling_code() const {
  return type == "short-code" ? std::string_view() : numbers::calling_code(country);
}

std::string_view Offer::area_code() const {
  const auto code = kind.calling_code();
  if (kind.area_length == 0 || !number.digits().starts_with(code)) return {};
  return number.digits().substr(code.size(), static_cast<std::size_t>(kind.area_length));
}

std::string print_offer(const Offer& offer) {
  // The carrier's name stands last: it may hold anything.
  return fmt::format("{} {} {} {}", offer.number.e164(), offer.kind.code(),
                     offer.monthly_price ? offer.monthly_price->str() : "-", offer.carrier);
}

std::optional<Offer> read_offer(std::string_view text) {
  const auto word = [&text] {
    const auto end = std::min(text.find(' '), text.size());
    const auto found = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return found;
  };
  Offer offer;
  const auto number = PhoneNumber::parse_sender(word());
  const auto kind = OfferKind::parse(word());
  if (!number || !kind) return std::nullopt;
  offer.number = *number;
  offer.kind = *kind;
  offer.monthly_price = Money::parse(word());
  offer.carrier = text;
  return offer;
}

}  // namespace cloudvno::numbers
