// What can go wrong on the simulated network, and how often it does for one account. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/model/phone_number.hpp"
#include "base/time.hpp"

namespace cloudvno::simulator {

enum class Fault : std::uint8_t {
  throttle,
  queue_full,
  temporary_error,
  refuse,
  drop_link,
  lost_receipts,
  early_receipts,
  duplicate_receipts,
  wrong_id_receipts,
  duplicate_inbound,
};

inline constexpr std::size_t fault_count = 10;

struct FaultEntry {
  Fault fault;
  std::string_view name;         // as the API has it: "queue_full"
  std::string_view description;  // for people: of which share of what
  bool of_link;                  // felt by all accounts, since they share the link
};

std::span<const FaultEntry> fault_table();

// What one account has set. All zero: a network in which nothing goes wrong.
struct NetworkSettings {
  std::int64_t seed = 0;
  std::array<double, fault_count> shares{};  // 0 to 1, by Fault
  std::int64_t drop_link_after = 0;          // once, at that submission; 0: not
  Micros answer_delay{0};
  Micros receipt_delay{0};
  bool receipts = true;                     // false: none is ever sent
  std::vector<PhoneNumber> ported_numbers;  // receipts say "unknown subscriber"

  double share(Fault fault) const { return shares[static_cast<std::size_t>(fault)]; }
  bool is_ported(const PhoneNumber& handset) const;
  bool operator==(const NetworkSettings&) const = default;
};

// Draws by the seed, the two numbers, how many parts went between them before, and the fault. So
// the same parts between two numbers always meet the same, whatever others send meanwhile.
class Draws {
 public:
  static constexpr std::size_t most_pairs = 1'000;  // beyond, all others count together

  explicit Draws(std::int64_t seed = 0) : seed_(static_cast<std::uint64_t>(seed)) {}

  // The draws of one part.
  class Part {
   public:
    explicit Part(std::uint64_t state) : state_(state) {}
    // Whether the fault, which has that share, befalls it.
    bool meets(Fault fault, double share) const;
    std::uint64_t number(std::uint64_t kind) const;

   private:
    std::uint64_t state_;
  };

  // The next part that goes from the one to the other.
  Part next(const PhoneNumber& from, const PhoneNumber& to);
  // Counts a part that a line sends, of all pairs; answers which it is.
  std::int64_t submitted() { return ++submitted_; }

 private:
  std::uint64_t seed_;
  std::int64_t submitted_ = 0;
  std::unordered_map<std::uint64_t, std::uint64_t> parts_;  // by the pair's hash
};

// What befalls a part on its way to a handset.
struct PartFate {
  enum class Answer : std::uint8_t { taken, throttled, queue_full, temporary_error, refused, none };
  Answer answer = Answer::taken;
  bool link_drops = false;  // before an answer; the part may be taken all the same
  bool is_taken = true;
  bool is_ported = false;
  bool has_receipt = true;
  bool receipt_first = false;  // before the answer
  bool receipt_twice = false;
  std::uint64_t wrong_id = 0;  // else: a receipt with a wrong id, made from this, goes before
  Micros answer_delay{0};
  Micros receipt_delay{0};
};

PartFate judge(const NetworkSettings& settings, Draws& draws, const PhoneNumber& line,
               const PhoneNumber& handset);

}  // namespace cloudvno::simulator
