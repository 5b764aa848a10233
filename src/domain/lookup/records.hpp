// What only others know of a number: a port, implemented by a connector.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/model/phone_number.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/net/task.hpp"

namespace cloudvno::lookup {

enum class RecordKind : std::uint8_t { portability, sim_swap, caller_name };
std::string_view record_name(RecordKind kind);

// Of each kind its own members; what the source did not say is not set.
struct Record {
  // portability
  std::optional<bool> ported;
  std::string carrier;
  std::string mcc;
  std::string mnc;
  // sim_swap
  std::optional<bool> swapped;  // within what the source calls lately
  std::optional<Time> swapped_at;
  // caller_name
  std::string name;
  std::string caller_type;  // "consumer", "business"
};

class Records {
 public:
  virtual ~Records() = default;
  virtual bool has(RecordKind kind) const = 0;
  // On the control thread, within a deadline of its own. Errc::not_found: the source knows nothing
  // of this number. Errc::service_unavailable: it did not answer, or not so that it can be read.
  virtual net::Task<Result<Record>> find(RecordKind kind, PhoneNumber number) = 0;
};

}  // namespace cloudvno::lookup
