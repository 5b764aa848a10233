// From lines to rows.
#include "domain/numbers/import_inventory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <map>
#include <span>

#include "domain/numbers/number_store.hpp"
#include "domain/numbers/offer_store.hpp"
#include "domain/numbers/resting_store.hpp"

namespace cloudvno::numbers {
namespace {

constexpr std::size_t numbers_a_step = 500;

// Small, for files of millions. The '1' before the digits tells apart 00123 and 123.
std::uint64_t as_integer(std::string_view digits) {
  std::uint64_t value = 1;
  for (const char c : digits) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  return value;
}

struct Line {
  std::int64_t line = 0;
  Offer offer;
};

struct StepReport {
  std::int64_t offered = 0;
  std::int64_t held = 0;
  std::int64_t resting = 0;
  std::vector<BadLine> bad;
};

// All of one step, which one statement each can do.
class Step {
 public:
  Step(storage::Transaction& tx, const vault::Vault& vault, std::span<const Line> lines)
      : tx_(tx), vault_(vault), lines_(lines) {}

  StepReport run() {
    leave_out_of_other_carriers();
    if (lines_kept_.empty()) return std::move(report_);
    std::vector<Offer> offers;
    std::vector<Bytes> indexes;
    for (const auto* line : lines_kept_) {
      offers.push_back(line->offer);
      indexes.push_back(number_index(vault_, line->offer.number));
    }
    // First put in, then looked whether somebody has them: who buys or releases one of them at the
    // same time waits for our rows, or has ended before we look. Held before resting, since a
    // number goes from one to the other.
    put_offers(tx_, offers);
    const auto held = find_held(tx_, indexes);
    const auto resting = find_resting(tx_, indexes);
    std::vector<std::string> not_offered;
    for (std::size_t i = 0; i < offers.size(); ++i) {
      const bool is_held = held.contains(indexes[i]);
      const bool is_resting = !is_held && resting.contains(indexes[i]);
      if (is_held || is_resting) not_offered.emplace_back(offers[i].number.digits());
      if (is_resting) change_resting(tx_, vault_, offers[i]);
      ++(is_held ? report_.held : is_resting ? report_.resting : report_.offered);
    }
    remove_offers(tx_, not_offered);
    return std::move(report_);
  }

 private:
  void leave_out_of_other_carriers() {
    std::vector<std::string> digits;
    for (const auto& line : lines_) digits.emplace_back(line.offer.number.digits());
    std::map<std::string, std::string, std::less<>> carriers;
    for (auto& offer : find_offers(tx_, digits)) {
      carriers.emplace(offer.number.digits(), std::move(offer.carrier));
    }
    for (const auto& line : lines_) {
      const auto on_offer = carriers.find(line.offer.number.digits());
      if (on_offer == carriers.end() || on_offer->second == line.offer.carrier) {
        lines_kept_.push_back(&line);
      } else {
        report_.bad.push_back({line.line, fmt::format("{} is on offer by the carrier {}",
                                                      line.offer.number.e164(), on_offer->second)});
      }
    }
  }

  storage::Transaction& tx_;
  const vault::Vault& vault_;
  const std::span<const Line> lines_;
  std::vector<const Line*> lines_kept_;
  StepReport report_;
};

class Import {
 public:
  Import(storage::Database& database, const vault::Vault& vault, const ImportOptions& options)
      : database_(database), vault_(vault), options_(options) {}

  Result<ImportReport> run(std::istream& file) {
    if (!next_line(file)) return fail(Errc::invalid_parameter, "The file is empty.");
    auto header = InventoryFile::read_header(text_, options_.carrier);
    if (!header) return fail(Errc::invalid_parameter, header.error());
    while (next_line(file)) {
      if (std::ranges::all_of(text_, [](char c) { return c == ' ' || c == '\r' || c == '\t'; })) {
        continue;
      }
      take(header->read_line(text_));
      if (waiting_.size() == numbers_a_step) TRY(write());
    }
    if (file.bad()) return fault("the file cannot be read to its end");
    TRY(write());
    if (options_.whole && report_.bad == 0) TRY(withdraw());
    std::ranges::sort(report_.bad_lines, {}, &BadLine::line);
    return std::move(report_);
  }

 private:
  // The next line without its line feed, of one that is too long its beginning.
  bool next_line(std::istream& file) {
    text_.clear();
    ++line_;
    auto& bytes = *file.rdbuf();
    bool any = false;
    for (int c = bytes.sbumpc(); c != std::char_traits<char>::eof(); c = bytes.sbumpc()) {
      any = true;
      if (c == '\n') break;
      if (text_.size() <= InventoryFile::most_line) text_ += static_cast<char>(c);
    }
    return any;
  }

  void complain(std::int64_t line, std::string reason) {
    ++report_.bad;
    if (report_.bad_lines.size() < ImportReport::most_bad_lines) {
      report_.bad_lines.push_back({line, std::move(reason)});
    }
  }

  void take(InventoryFile::Read<Offer> offer) {
    if (!offer) return complain(line_, std::move(offer).error());
    const auto [seen, is_new] = lines_.emplace(as_integer(offer->number.digits()), line_);
    if (!is_new) {
      return complain(line_, fmt::format("has the number of line {} again", seen->second));
    }
    waiting_.push_back({line_, std::move(*offer)});
  }

  Result<> write() {
    if (waiting_.empty()) return {};
    TRY_ASSIGN(auto step,
               database_.transact_now([&](storage::Transaction& tx) -> Result<StepReport> {
                 return Step(tx, vault_, waiting_).run();
               }));
    waiting_.clear();
    report_.offered += step.offered;
    report_.held += step.held;
    report_.resting += step.resting;
    for (auto& bad : step.bad) complain(bad.line, std::move(bad.reason));
    return {};
  }

  bool is_in_file(std::string_view digits) const { return lines_.contains(as_integer(digits)); }

  Result<> withdraw() {
    constexpr std::int64_t page = 1'000;
    std::string after;
    for (bool more = true; more;) {
      TRY_ASSIGN(
          const auto numbers,
          database_.read_now([&](storage::Transaction& tx) -> Result<std::vector<CarrierNumber>> {
            return carrier_numbers(tx, after, page);
          }));
      more = std::ssize(numbers) == page;
      if (!numbers.empty()) after = numbers.back().digits;
      std::vector<std::string> gone;
      for (const auto& number : numbers) {
        if (number.carrier == options_.carrier && !is_in_file(number.digits)) {
          gone.push_back(number.digits);
        }
      }
      TRY_ASSIGN(const auto removed,
                 database_.transact_now([&](storage::Transaction& tx) -> Result<std::int64_t> {
                   return remove_offers(tx, gone);
                 }));
      report_.withdrawn += removed;
    }
    return withdraw_resting();
  }

  // They rest on, and are then forgotten.
  Result<> withdraw_resting() {
    Bytes after;
    while (true) {
      TRY_ASSIGN(const auto resting, database_.read_now([&](storage::Transaction& tx) {
        return list_resting(tx, vault_, after, numbers_a_step);
      }));
      for (const auto& offer : resting.offers) {
        if (offer.carrier != options_.carrier || is_in_file(offer.number.digits())) continue;
        TRY(database_.transact_now([&](storage::Transaction& tx) -> Result<> {
          take_back_resting(tx, vault_, offer.number);
          return {};
        }));
        ++report_.withdrawn;
      }
      if (resting.last.empty()) return {};
      after = resting.last;
    }
  }

  storage::Database& database_;
  const vault::Vault& vault_;
  const ImportOptions& options_;
  std::string text_;
  std::int64_t line_ = 0;
  std::vector<Line> waiting_;
  boost::unordered_flat_map<std::uint64_t, std::int64_t> lines_;  // of each number of the file
  ImportReport report_;
};

}  // namespace

Result<ImportReport> import_inventory(storage::Database& database, const vault::Vault& vault,
                                      std::istream& file, const ImportOptions& options) {
  return Import(database, vault, options).run(file);
}

}  // namespace cloudvno::numbers
