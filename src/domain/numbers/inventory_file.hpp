// A carrier's list of numbers as CSV: a line with the names of the columns, then one number a line.
//
//   number,country,type,area_code,sms,mms,voice,monthly_price
//   +12125550123,US,local,212,yes,no,yes,1.15
//
// Only `number` and `country` are needed, in any order. What is left out or empty: type local (of 3
// to 6 digits: short-code), no area code (calling code 1: its three digits), sms yes, mms and voice
// no, no price (the account's rate holds).
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "domain/numbers/offer.hpp"

namespace cloudvno::numbers {

class InventoryFile {
 public:
  // Or what is wrong with the line, for the operator who has the file; it may quote the line.
  template <class T>
  using Read = std::expected<T, std::string>;

  // Longer lines are refused unread.
  static constexpr std::size_t most_line = 1'000;

  // From the first line of a file.
  static Read<InventoryFile> read_header(std::string_view line, std::string carrier);

  Read<Offer> read_line(std::string_view line) const;

 private:
  std::string carrier_;
  std::vector<std::size_t> columns_;  // for each field of a line, which of the names it has
};

}  // namespace cloudvno::numbers
