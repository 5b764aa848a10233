// Fiction ranges of four countries.
#include "domain/numbers/sandbox_inventory.hpp"

#include <fmt/format.h>

#include <array>
#include <numeric>
#include <vector>

#include "base/random.hpp"
#include "domain/numbers/number_store.hpp"
#include "domain/numbers/resting_store.hpp"

namespace cloudvno::numbers {
namespace {

struct Range {
  std::string_view country;
  std::string_view type;
  std::string_view prefix;  // E.164 digits
  std::uint32_t size;       // a power of ten: all digits behind the prefix
  int area_length;

  int digits() const { return size == 100 ? 2 : size == 1'000 ? 3 : 4; }
  bool has(std::string_view number) const {
    return number.size() == prefix.size() + static_cast<std::size_t>(digits()) &&
           number.starts_with(prefix);
  }
  OfferKind kind() const {
    return {std::string(country),
            std::string(type),
            true,
            true,
            true,
            static_cast<int>(prefix.size()) + digits(),
            area_length};
  }
  std::string number(std::uint32_t place) const {
    return fmt::format("{}{:0{}}", prefix, place, digits());
  }
  Offer offer(std::uint32_t place) const {
    Offer offer;
    offer.number = PhoneNumber::parse("+" + number(place)).value_or(PhoneNumber());
    offer.kind = kind();
    offer.carrier = sandbox_carrier;
    return offer;
  }
};

// The US area codes are a sample of those in service; 201 belongs to the handsets.
constexpr std::array ranges{
    Range{"US", "local", "120255501", 100, 3},    Range{"US", "local", "121255501", 100, 3},
    Range{"US", "local", "121355501", 100, 3},    Range{"US", "local", "130555501", 100, 3},
    Range{"US", "local", "131255501", 100, 3},    Range{"US", "local", "140455501", 100, 3},
    Range{"US", "local", "141555501", 100, 3},    Range{"US", "local", "151255501", 100, 3},
    Range{"US", "local", "160255501", 100, 3},    Range{"US", "local", "161755501", 100, 3},
    Range{"US", "local", "170255501", 100, 3},    Range{"US", "local", "171355501", 100, 3},
    Range{"US", "local", "180855501", 100, 3},    Range{"US", "local", "190755501", 100, 3},
    Range{"US", "local", "191955501", 100, 3},    Range{"US", "toll-free", "180055501", 100, 3},
    Range{"GB", "mobile", "447700900", 1'000, 4}, Range{"GB", "local", "442079460", 1'000, 2},
    Range{"FR", "mobile", "3363998", 10'000, 1},  Range{"FR", "local", "3319900", 10'000, 1},
    Range{"AU", "local", "6125550", 10'000, 1},
};
constexpr Range handsets{"US", "local", "120155501", 100, 3};

constexpr std::size_t look_up_at_once = 200;

// The free ones of these, in their order.
std::vector<Offer> keep_free(storage::Transaction& tx, const vault::Vault& vault,
                             std::vector<Offer> offers) {
  std::vector<Bytes> indexes;
  for (const auto& offer : offers) indexes.push_back(number_index(vault, offer.number));
  const auto held = find_held(tx, indexes);
  const auto resting = find_resting(tx, indexes);
  std::vector<Offer> free;
  for (std::size_t i = 0; i < offers.size(); ++i) {
    if (held.contains(indexes[i]) || resting.contains(indexes[i])) continue;
    free.push_back(std::move(offers[i]));
  }
  return free;
}

}  // namespace

std::optional<Offer> draw_sandbox_number(std::string_view country) {
  std::vector<const Range*> fitting;
  for (const auto& range : ranges) {
    if (range.country == country) fitting.push_back(&range);
  }
  if (fitting.empty()) return std::nullopt;
  const auto& range = *fitting[random_u64() % fitting.size()];
  return range.offer(static_cast<std::uint32_t>(random_u64() % range.size));
}

std::optional<Offer> sandbox_offer(const PhoneNumber& number) {
  for (const auto& range : ranges) {
    if (!range.has(number.digits())) continue;
    Offer offer = range.offer(0);
    offer.number = number;
    return offer;
  }
  return std::nullopt;
}

bool is_sandbox_number(const PhoneNumber& number) {
  return handsets.has(number.digits()) || sandbox_offer(number).has_value();
}

OfferList find_sandbox_offers(storage::Transaction& tx, const vault::Vault& vault,
                              const OfferQuery& query) {
  struct Place {
    const Range* range;
    std::uint32_t place;
  };
  std::vector<Place> fitting;
  for (const auto& range : ranges) {
    const auto kind = range.kind();
    if (!query.wants(kind)) continue;
    for (std::uint32_t place = 0; place < range.size; ++place) {
      if (query.fits(range.number(place), kind)) fitting.push_back({&range, place});
    }
  }
  OfferList list;
  if (fitting.empty()) return list;
  // A random way through all of them: steps of a length that shares no divisor with their number.
  const auto count = fitting.size();
  auto at = random_u64() % count;
  auto stride = 1 + random_u64() % count;
  while (std::gcd(stride, count) != 1) ++stride;
  const auto wanted = static_cast<std::size_t>(query.limit) + 1;
  std::vector<Offer> batch;
  for (std::size_t i = 0; i < count && list.offers.size() < wanted; ++i) {
    batch.push_back(fitting[at].range->offer(fitting[at].place));
    at = (at + stride) % count;
    if (batch.size() < std::min(look_up_at_once, wanted) && i + 1 < count) continue;
    for (auto& offer : keep_free(tx, vault, std::exchange(batch, {}))) {
      if (list.offers.size() < wanted) list.offers.push_back(std::move(offer));
    }
  }
  list.more = list.offers.size() == wanted;
  if (list.more) list.offers.pop_back();
  return list;
}

}  // namespace cloudvno::numbers
