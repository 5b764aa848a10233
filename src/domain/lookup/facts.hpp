// What a lookup answers of one number, as JSON.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "domain/lookup/data.hpp"
#include "domain/lookup/records.hpp"

namespace cloudvno::lookup {

// What may be asked for, in the order of field_names.
enum class Field : std::uint8_t {
  validity,
  format,
  country,
  region,
  time_zones,
  line_type,
  carrier,
  risk,
  portability,
  sim_swap,
  caller_name,
};
inline constexpr int field_count = 11;

class Fields {
 public:
  // All that is answered without a network.
  static Fields free();
  // "validity,carrier"; nothing if one is unknown.
  static std::optional<Fields> parse(std::string_view list);

  bool has(Field field) const { return (bits_ & bit(field)) != 0; }
  bool has(RecordKind kind) const { return has(field_of(kind)); }
  bool are_free() const { return (bits_ & ~free().bits_) == 0; }

 private:
  static std::uint32_t bit(Field field) { return 1u << static_cast<int>(field); }
  static Field field_of(RecordKind kind) {
    return static_cast<Field>(static_cast<int>(Field::portability) + static_cast<int>(kind));
  }

  std::uint32_t bits_ = 0;
};

// From local tables alone: pure, a few microseconds. Members of fields that ask others are left
// out.
boost::json::object describe(const Data& data, const Parsed& number, Fields fields);

// What a source said, or why there is nothing: "ok", "unknown", "unavailable".
boost::json::object describe(RecordKind kind, const Result<Record>& record);

}  // namespace cloudvno::lookup
