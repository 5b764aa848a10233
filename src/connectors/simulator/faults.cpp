// What can go wrong on the simulated network.
#include "connectors/simulator/faults.hpp"

#include <algorithm>

namespace cloudvno::simulator {
namespace {

constexpr std::array<FaultEntry, fault_count> faults{{
    {Fault::throttle, "throttle", "Sent too fast: ESME_RTHROTTLED.", true},
    {Fault::queue_full, "queue_full", "Queue full: ESME_RMSGQFUL.", true},
    {Fault::temporary_error, "temporary_error", "Trouble for now: ESME_RSYSERR.", false},
    {Fault::refuse, "refuse", "Refused for good: ESME_RINVDSTADR.", false},
    {Fault::drop_link, "drop_link", "The link is lost before the answer.", true},
    {Fault::lost_receipts, "lost_receipts", "The receipt is lost.", false},
    {Fault::early_receipts, "early_receipts", "The receipt comes before the answer.", true},
    {Fault::duplicate_receipts, "duplicate_receipts", "The receipt comes twice.", false},
    {Fault::wrong_id_receipts, "wrong_id_receipts", "A receipt with a wrong id comes too.", true},
    {Fault::duplicate_inbound, "duplicate_inbound", "What a handset writes comes twice.", false},
}};

// The finaliser of SplitMix64.
std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

// FNV-1a: the same in every build, as std::hash need not be.
std::uint64_t hash_of(std::string_view from, std::string_view to) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  const auto add = [&](char c) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  };
  std::ranges::for_each(from, add);
  add('>');
  std::ranges::for_each(to, add);
  return hash;
}

PartFate::Answer answer_of(const NetworkSettings& settings, const Draws::Part& part) {
  using enum PartFate::Answer;
  const auto meets = [&](Fault fault) { return part.meets(fault, settings.share(fault)); };
  if (meets(Fault::throttle)) return throttled;
  if (meets(Fault::queue_full)) return queue_full;
  if (meets(Fault::temporary_error)) return temporary_error;
  if (meets(Fault::refuse)) return refused;
  return taken;
}

}  // namespace

std::span<const FaultEntry> fault_table() {
  return faults;
}

bool NetworkSettings::is_ported(const PhoneNumber& handset) const {
  return std::ranges::find(ported_numbers, handset) != ported_numbers.end();
}

std::uint64_t Draws::Part::number(std::uint64_t kind) const {
  return mix(state_ ^ mix(kind));
}

bool Draws::Part::meets(Fault fault, double share) const {
  constexpr double steps = 9007199254740992.0;  // 2^53: what a double holds exactly
  const auto drawn = number(static_cast<std::uint64_t>(fault)) >> 11;
  return static_cast<double>(drawn) / steps < share;
}

Draws::Part Draws::next(const PhoneNumber& from, const PhoneNumber& to) {
  auto pair = hash_of(from.e164(), to.e164());
  if (parts_.size() >= most_pairs && !parts_.contains(pair)) pair = 0;
  return Part(mix(mix(seed_) ^ mix(pair)) + parts_[pair]++);
}

PartFate judge(const NetworkSettings& settings, Draws& draws, const PhoneNumber& line,
               const PhoneNumber& handset) {
  const auto part = draws.next(line, handset);
  const auto meets = [&](Fault fault) { return part.meets(fault, settings.share(fault)); };
  const bool is_nth = draws.submitted() == settings.drop_link_after;
  constexpr std::uint64_t which_side = 100, which_id = 101;  // kinds beside the faults
  PartFate fate;
  fate.answer = answer_of(settings, part);
  fate.is_taken = fate.answer == PartFate::Answer::taken;
  fate.answer_delay = settings.answer_delay;
  if (meets(Fault::drop_link) || is_nth) {
    fate.link_drops = true;
    fate.answer = PartFate::Answer::none;
    // Either side of the loss is met: the part came over, or it did not.
    fate.is_taken = fate.is_taken && part.number(which_side) % 2 == 0;
  }
  if (!fate.is_taken) return fate;
  fate.is_ported = settings.is_ported(handset);
  fate.has_receipt = settings.receipts && !meets(Fault::lost_receipts);
  fate.receipt_first = meets(Fault::early_receipts);
  fate.receipt_twice = meets(Fault::duplicate_receipts);
  if (meets(Fault::wrong_id_receipts)) fate.wrong_id = part.number(which_id) | 1;
  fate.receipt_delay = settings.receipt_delay;
  return fate;
}

}  // namespace cloudvno::simulator
