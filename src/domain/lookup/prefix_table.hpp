// What the begin of a number says: the longest prefix that stands in the table counts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace cloudvno::lookup {

// Immutable once read. The prefixes become the ranges of 15 digits that they leave to be searched
// by halves: 12 bytes each, one search a number however long its prefix is.
class PrefixTable {
 public:
  // The text of a file of prefixes (tools/lookup_data.py). Errc::invalid_parameter, with the line.
  static Result<PrefixTable> read(std::string_view text);

  // Of the digits of E.164; empty if no prefix fits. Lives as long as the table.
  std::string_view find(std::string_view digits) const;

  std::string_view date() const { return date_; }
  std::size_t size() const { return begins_.size(); }

 private:
  static constexpr std::uint32_t none = static_cast<std::uint32_t>(-1);

  PrefixTable() = default;

  std::string date_;
  std::vector<std::string> names_;
  std::vector<std::uint64_t> begins_;  // of ranges, ascending
  std::vector<std::uint32_t> values_;  // the name of each
};

}  // namespace cloudvno::lookup
