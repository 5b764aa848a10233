// Forms of message ids.
#include "connectors/smpp_carrier/message_id.hpp"

#include <algorithm>
#include <tuple>

namespace cloudvno::smpp_carrier {
namespace {

bool is_decimal(char c) {
  return c >= '0' && c <= '9';
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_hex(char c) {
  return is_decimal(c) || (lower(c) >= 'a' && lower(c) <= 'f');
}

unsigned value_of(char c) {
  return is_decimal(c) ? static_cast<unsigned>(c - '0')
                       : static_cast<unsigned>(lower(c) - 'a') + 10;
}

std::string_view without_prefix(std::string_view id) {
  if (id.starts_with("0x") || id.starts_with("0X")) id.remove_prefix(2);
  return id;
}

bool is_number(std::string_view id, bool (*is_digit)(char)) {
  return !id.empty() && std::ranges::all_of(id, is_digit);
}

std::string_view without_zeros(std::string_view digits) {
  const auto first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? digits.substr(digits.size() - 1) : digits.substr(first);
}

bool has_hex_letter(std::string_view id) {
  id = without_prefix(id);
  return is_number(id, is_hex) && !is_number(id, is_decimal);
}

// Ids have at most 65 octets, so the square of their length is little.
std::string in_base(std::string_view digits, unsigned from, unsigned to) {
  std::vector<unsigned> number{0};  // lowest digit first
  for (const char c : digits) {
    unsigned carry = value_of(c);
    for (auto& digit : number) {
      carry += digit * from;
      digit = carry % to;
      carry /= to;
    }
    for (; carry > 0; carry /= to) number.push_back(carry % to);
  }
  std::string out;
  for (auto digit = number.rbegin(); digit != number.rend(); ++digit) {
    out.push_back("0123456789abcdef"[*digit]);
  }
  return std::string(without_zeros(out));
}

}  // namespace

std::string plain_id(std::string_view id) {
  if (const auto digits = without_prefix(id); is_number(digits, is_hex)) {
    std::string out(without_zeros(digits));
    std::ranges::transform(out, out.begin(), lower);
    return out;
  }
  std::string out(id);
  if (std::ranges::all_of(id, [](char c) { return is_hex(c) || c == '-'; })) {
    std::ranges::transform(out, out.begin(), lower);
  }
  return out;
}

std::string decimal_of_hex(std::string_view id) {
  const auto digits = without_prefix(id);
  return is_number(digits, is_hex) ? in_base(digits, 16, 10) : plain_id(id);
}

std::string hex_of_decimal(std::string_view id) {
  return is_number(id, is_decimal) ? in_base(id, 10, 16) : plain_id(id);
}

std::string IdMatcher::of_answer(std::string_view id) {
  if (id.empty()) return {};
  switch (format_) {
    case IdFormat::exact:
      return std::string(id);
    case IdFormat::hex_answers:
      return decimal_of_hex(id);
    case IdFormat::automatic:
      hex_answers_ |= has_hex_letter(id);
      break;
    case IdFormat::hex:
    case IdFormat::decimal:
    case IdFormat::hex_receipts:
      break;
  }
  return plain_id(id);
}

std::vector<IdCandidate> IdMatcher::of_receipt(std::string_view id, std::string_view other) {
  std::vector<IdCandidate> candidates;
  const auto add = [&](std::string made, IdWay way) {
    const bool known = std::ranges::any_of(
        candidates, [&](const IdCandidate& candidate) { return candidate.id == made; });
    const bool guessed = format_ == IdFormat::automatic && way != IdWay::same;
    if (!known) candidates.push_back({std::move(made), way, guessed});
  };
  for (const auto each : {id, other}) {
    if (each.empty()) continue;
    switch (format_) {
      case IdFormat::exact:
        add(std::string(each), IdWay::same);
        break;
      case IdFormat::hex:
      case IdFormat::decimal:
      case IdFormat::hex_answers:
        add(plain_id(each), IdWay::same);
        break;
      case IdFormat::hex_receipts:
        add(decimal_of_hex(each), IdWay::from_hex);
        break;
      case IdFormat::automatic:
        hex_receipts_ |= has_hex_letter(each);
        break;
    }
  }
  if (format_ != IdFormat::automatic) return candidates;
  for (const auto way : ways()) {
    for (const auto each : {id, other}) {
      if (each.empty()) continue;
      add(way == IdWay::same           ? plain_id(each)
          : way == IdWay::from_decimal ? hex_of_decimal(each)
                                       : decimal_of_hex(each),
          way);
    }
  }
  return candidates;
}

void IdMatcher::found(IdWay way) {
  misses_ = 0;
  ++hits_[static_cast<std::size_t>(way)];
}

void IdMatcher::not_found() {
  if (++misses_ < lost) return;
  misses_ = 0;
  hits_ = {};
}

std::vector<IdWay> IdMatcher::ways() const {
  auto likely = IdWay::same;
  if (hex_answers_ != hex_receipts_) likely = hex_answers_ ? IdWay::from_decimal : IdWay::from_hex;
  const auto hits = [&](IdWay way) { return hits_[static_cast<std::size_t>(way)]; };
  std::vector<IdWay> ways{IdWay::same, IdWay::from_decimal, IdWay::from_hex};
  std::ranges::sort(ways, [&](IdWay a, IdWay b) {
    return std::tuple(hits(b), a != likely, a) < std::tuple(hits(a), b != likely, b);
  });
  if (hits(ways[0]) >= sure && hits(ways[1]) == 0) ways.resize(1);
  return ways;
}

}  // namespace cloudvno::smpp_carrier
