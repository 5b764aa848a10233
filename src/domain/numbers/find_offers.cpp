// The search: cursors that leap through the indexes of the inventory.
#include "domain/numbers/find_offers.hpp"

#include <algorithm>
#include <deque>
#include <unordered_map>

#include "base/random.hpp"
#include "domain/numbers/offer_store.hpp"

namespace cloudvno::numbers {
namespace {

// Numbers of one kind that fit one mask, from a random one round to it again.
class Cursor {
 public:
  // `scattered`: begins in a place that is drawn with more care, for five looks more.
  Cursor(const OfferKind& kind, const DigitMask& mask, bool scattered)
      : kind_(kind), mask_(mask), reversed_(is_better_reversed(mask)), scattered_(scattered) {
    if (reversed_) mask_ = mask_.reversed();
    last_ = mask_.largest();
  }

  bool ended() const { return looked_at_all_ && found_.empty(); }

  // Up to `most` numbers that fit the mask; may be none though more are to come. Counts its looks
  // into an index.
  std::vector<std::string> take(storage::Transaction& tx, std::size_t most, int& steps) {
    if (found_.empty() && !looked_at_all_) look(tx, static_cast<std::int64_t>(most), steps);
    std::vector<std::string> taken;
    for (; taken.size() < most && !found_.empty(); found_.pop_front()) {
      taken.push_back(std::move(found_.front()));
    }
    return taken;
  }

 private:
  static constexpr std::int64_t rows_a_leap = 16;

  static bool is_better_reversed(const DigitMask& mask) {
    return mask.reversed().free_before_last_fixed() < mask.free_before_last_fixed();
  }

  void look(storage::Transaction& tx, std::int64_t most, int& steps) {
    if (start_.empty()) begin(tx, steps);
    const auto from = mask_.next_from(position_);
    if (!from || *from > last_) return turn_round();
    // Where a mask has holes, a look brings few rows and then leaps.
    const auto rows = mask_.is_prefix() ? most : rows_a_leap;
    ++steps;
    const auto looked = digits_on_offer(tx, kind_, reversed_, *from, last_, rows);
    for (const auto& digits : looked) {
      if (!mask_.fits(digits)) continue;
      found_.push_back(reversed_ ? std::string(digits.rbegin(), digits.rend()) : digits);
    }
    const auto next = looked.empty() ? std::nullopt : next_digits(looked.back());
    if (static_cast<std::int64_t>(looked.size()) < rows || !next) return turn_round();
    position_ = *next;
  }

  // A random number is often in a gap, behind which one number would be everybody's first. So the
  // first digits of the number found are kept, more each time, and the others drawn anew.
  void begin(storage::Transaction& tx, int& steps) {
    start_ = mask_.least();
    for (const std::size_t kept : {0, 3, 5, 7, 8, 9}) {
      auto drawn = start_;
      for (auto i = std::min(kept, drawn.size()); i < drawn.size(); ++i) {
        if (mask_.text()[i] == DigitMask::free)
          drawn[i] = static_cast<char>('0' + random_u64() % 10);
      }
      auto last = drawn;
      if (kept < last.size())
        std::fill(last.begin() + static_cast<std::ptrdiff_t>(kept), last.end(), '9');
      ++steps;
      auto found = digits_on_offer(tx, kind_, reversed_, drawn, last, 1);
      if (!found.empty()) start_ = std::move(found.front());
      if (!scattered_) break;
    }
    position_ = start_;
  }

  // From the largest number to the smallest, up to where it began.
  void turn_round() {
    if (turned_ || start_ == mask_.least()) {
      looked_at_all_ = true;
      return;
    }
    turned_ = true;
    position_ = mask_.least();
    last_ = start_;
  }

  OfferKind kind_;
  DigitMask mask_;
  bool reversed_;
  bool scattered_;
  std::string start_;
  std::string position_;
  std::string last_;
  bool turned_ = false;
  bool looked_at_all_ = false;
  std::deque<std::string> found_;
};

constexpr std::size_t most_scattered = 40;

struct Task {
  OfferKind kind;
  Cursor cursor;
};

std::vector<Task> make_tasks(storage::Transaction& tx, const OfferQuery& query) {
  std::vector<std::pair<OfferKind, DigitMask>> ways;
  for (const auto& kind : kinds_on_offer(tx, query.country)) {
    if (!query.wants(kind)) continue;
    for (auto& mask : query.masks(kind)) ways.emplace_back(kind, std::move(mask));
  }
  const bool scattered = ways.size() <= most_scattered;
  std::vector<Task> tasks;
  for (const auto& [kind, mask] : ways) tasks.push_back({kind, Cursor(kind, mask, scattered)});
  for (auto i = tasks.size(); i > 1; --i) std::swap(tasks[i - 1], tasks[random_u64() % i]);
  return tasks;
}

}  // namespace

bool OfferQuery::narrows() const {
  return !country.empty() || !type.empty() || !area_code.empty() || sms || mms || voice || contains;
}

bool OfferQuery::wants(const OfferKind& kind) const {
  if (!country.empty() && kind.country != country) return false;
  if (!type.empty() && kind.type != type) return false;
  if (!area_code.empty()) {
    const auto code = kind.calling_code();
    if (code.empty() || (country.empty() && code != "1")) return false;
    if (code.size() + area_code.size() > static_cast<std::size_t>(kind.length)) return false;
  }
  return (!sms || *sms == kind.sms) && (!mms || *mms == kind.mms) &&
         (!voice || *voice == kind.voice);
}

bool OfferQuery::fits(std::string_view digits, const OfferKind& kind) const {
  const auto code = kind.calling_code();
  if (!area_code.empty() &&
      !(digits.starts_with(code) && digits.substr(code.size()).starts_with(area_code))) {
    return false;
  }
  return !contains || contains->fits(digits, code);
}

std::vector<DigitMask> OfferQuery::masks(const OfferKind& kind) const {
  const auto length = static_cast<std::size_t>(kind.length);
  std::string begin(kind.calling_code().substr(0, length));
  begin += area_code;
  begin.resize(length, DigitMask::free);
  const DigitMask known(std::move(begin));
  if (!contains) return {known};
  std::vector<DigitMask> masks;
  for (const auto& mask : contains->masks(length, kind.calling_code())) {
    if (const auto both = mask.with(known)) masks.push_back(*both);
  }
  return masks;
}

OfferList find_offers(storage::Transaction& tx, const OfferQuery& query) {
  auto tasks = make_tasks(tx, query);
  // One more than asked for tells whether there are more.
  const auto wanted = static_cast<std::size_t>(query.limit) + 1;
  std::vector<std::string> found;
  std::unordered_map<std::string, std::size_t> places;  // of what was found
  int steps = 0;
  while (!tasks.empty() && found.size() < wanted && steps < most_steps) {
    // Each task in its turn gives its share, so that one kind does not crowd out the others.
    const auto share = (wanted - found.size() + tasks.size() - 1) / tasks.size();
    for (auto& task : tasks) {
      if (found.size() >= wanted || steps >= most_steps) break;
      for (auto& digits : task.cursor.take(tx, std::min(share, wanted - found.size()), steps)) {
        if (!query.fits(digits, task.kind)) continue;
        if (places.emplace(digits, found.size()).second) found.push_back(std::move(digits));
      }
    }
    std::erase_if(tasks, [](const Task& task) { return task.cursor.ended(); });
  }
  OfferList list;
  list.more = found.size() == wanted || !tasks.empty();
  if (found.size() == wanted) found.pop_back();
  list.offers = find_offers(tx, found);
  std::ranges::sort(list.offers, {}, [&](const Offer& offer) {
    return places.at(std::string(offer.number.digits()));
  });
  return list;
}

}  // namespace cloudvno::numbers
