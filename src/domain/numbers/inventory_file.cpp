// Reading lines of an inventory.
#include "domain/numbers/inventory_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "base/result.hpp"
#include "domain/numbers/calling_codes.hpp"
#include "domain/numbers/csv_line.hpp"
#include "domain/numbers/sandbox_inventory.hpp"

namespace cloudvno::numbers {
namespace {

enum Column : std::size_t { number, country, type, area_code, sms, mms, voice, price };
constexpr std::array<std::string_view, 8> names{"number", "country", "type",  "area_code",
                                                "sms",    "mms",     "voice", "monthly_price"};
using Fields = std::array<std::string, names.size()>;

template <class T>
using Read = InventoryFile::Read<T>;

std::unexpected<std::string> bad(std::string reason) {
  return std::unexpected(std::move(reason));
}

// What the operator wrote, short and without what a terminal would obey.
std::string quote(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, 40)) shown += c >= ' ' && c <= '~' ? c : '?';
  return fmt::format("\"{}\"{}", shown, text.size() > 40 ? "…" : "");
}

Read<bool> read_flag(const std::string& text, std::string_view name, bool otherwise) {
  if (text.empty()) return otherwise;
  std::string word;
  for (const char c : text) word += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ' ') : c;
  if (word == "yes" || word == "true" || word == "1") return true;
  if (word == "no" || word == "false" || word == "0") return false;
  return bad(fmt::format("{} must be yes or no, not {}", name, quote(text)));
}

// How many digits behind the calling code are the area's.
Read<int> read_area(const Fields& fields, const Offer& offer) {
  const auto code = offer.kind.calling_code();
  const auto& area = fields[area_code];
  if (area.empty()) return code == "1" && offer.number.digits().size() == 11 ? 3 : 0;
  if (offer.number.is_short_code()) return bad("a short code has no area_code");
  if (!offer.number.digits().substr(code.size()).starts_with(area)) {
    return bad(fmt::format("area_code {} does not follow +{} in {}", quote(area), code,
                           offer.number.e164()));
  }
  return static_cast<int>(area.size());
}

Read<std::string> read_type(const Fields& fields, const PhoneNumber& e164) {
  const auto& word = fields[type];
  if (word.empty()) return std::string(e164.is_short_code() ? "short-code" : "local");
  if (!is_number_type(word)) {
    return bad(
        fmt::format("type must be one of {}, not {}", fmt::join(number_types, ", "), quote(word)));
  }
  if ((word == "short-code") != e164.is_short_code()) {
    return bad(fmt::format("{} cannot be of type {}", e164.e164(), word));
  }
  return word;
}

}  // namespace

Read<InventoryFile> InventoryFile::read_header(std::string_view line, std::string carrier) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
  const auto needed = fmt::format(
      "The first line must name the columns, with commas between: number and country, "
      "and of {} what the file has.",
      fmt::join(names.begin() + type, names.end(), ", "));
  const auto fields = line.size() > most_line ? std::nullopt : split_csv_line(line);
  if (!fields) return bad(needed);
  InventoryFile file;
  file.carrier_ = std::move(carrier);
  for (const auto& field : *fields) {
    const auto place = std::ranges::find(names, field) - names.begin();
    if (place == static_cast<std::ptrdiff_t>(names.size())) {
      return bad(fmt::format("There is no column {}. {}", quote(field), needed));
    }
    if (std::ranges::count(*fields, field) > 1) {
      return bad(fmt::format("The column {} is named twice.", field));
    }
    file.columns_.push_back(static_cast<std::size_t>(place));
  }
  for (const std::size_t column : {number, country}) {
    if (std::ranges::count(file.columns_, column) == 0) {
      return bad(fmt::format("The column {} is missing. {}", names[column], needed));
    }
  }
  return file;
}

Read<Offer> InventoryFile::read_line(std::string_view line) const {
  if (line.size() > most_line) {
    return bad(fmt::format("is longer than {} characters", most_line));
  }
  const auto split = split_csv_line(line);
  if (!split) return bad("has a quote in the wrong place, or one that is not closed");
  if (split->size() != columns_.size()) {
    return bad(
        fmt::format("has {} fields, and the first line names {}", split->size(), columns_.size()));
  }
  Fields fields;
  for (std::size_t i = 0; i < columns_.size(); ++i) fields[columns_[i]] = (*split)[i];
  Offer offer;
  const auto e164 = PhoneNumber::parse_sender(fields[number]);
  if (!e164) {
    return bad(fmt::format("number must be in E.164, such as +12125550123, or a short code, not {}",
                           quote(fields[number])));
  }
  offer.number = *e164;
  if (is_sandbox_number(*e164)) {
    return bad(
        fmt::format("{} is of a range kept for fiction, which the sandbox has", e164->e164()));
  }
  offer.carrier = carrier_;
  offer.kind.country = fields[country];
  const auto code = calling_code(offer.kind.country);
  if (code.empty()) {
    return bad(fmt::format("country must be the code of one (ISO 3166-1), such as US, not {}",
                           quote(fields[country])));
  }
  TRY_ASSIGN(offer.kind.type, read_type(fields, *e164));
  if (!e164->is_short_code() && !e164->digits().starts_with(code)) {
    return bad(fmt::format("{} is no number of {}, which begin with +{}", e164->e164(),
                           offer.kind.country, code));
  }
  offer.kind.length = static_cast<int>(e164->digits().size());
  TRY_ASSIGN(offer.kind.area_length, read_area(fields, offer));
  TRY_ASSIGN(offer.kind.sms, read_flag(fields[sms], "sms", true));
  TRY_ASSIGN(offer.kind.mms, read_flag(fields[mms], "mms", false));
  TRY_ASSIGN(offer.kind.voice, read_flag(fields[voice], "voice", false));
  if (!fields[price].empty()) {
    offer.monthly_price = Money::parse(fields[price]);
    if (!offer.monthly_price || offer.monthly_price->micros < 0) {
      return bad(fmt::format("monthly_price must be an amount such as 1.15, not {}",
                             quote(fields[price])));
    }
  }
  return offer;
}

}  // namespace cloudvno::numbers
