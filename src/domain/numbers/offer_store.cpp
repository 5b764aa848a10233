// SQL of the table available_number.
#include "domain/numbers/offer_store.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace cloudvno::numbers {
namespace {

std::string reversed(std::string_view digits) {
  return {digits.rbegin(), digits.rend()};
}

// The number as its owner writes it: a short code has no '+'.
PhoneNumber number_of(std::string_view digits, const OfferKind& kind) {
  const bool is_short = kind.type == "short-code";
  return PhoneNumber::parse_sender(is_short ? std::string(digits) : fmt::format("+{}", digits))
      .value_or(PhoneNumber());
}

// From the columns number, kind, carrier, price_micros.
Offer read_row(const storage::Rows& rows) {
  Offer offer;
  offer.kind = OfferKind::parse(rows.text(1)).value_or(OfferKind());
  offer.number = number_of(rows.text(0), offer.kind);
  offer.carrier = rows.text(2);
  if (!rows.is_null(3)) offer.monthly_price = Money{rows.integer(3)};
  return offer;
}

// "$1, $2, …" for so many numbers, and the numbers.
std::string marks(std::size_t count) {
  std::string text;
  for (std::size_t i = 1; i <= count; ++i) fmt::format_to(std::back_inserter(text), ", ${}", i);
  return text.substr(2);
}
std::vector<storage::Parameter> parameters(std::span<const std::string> digits) {
  std::vector<storage::Parameter> all;
  all.reserve(digits.size());
  for (const auto& each : digits) all.push_back(storage::to_parameter(each));
  return all;
}

}  // namespace

std::vector<OfferKind> kinds_on_offer(storage::Transaction& tx, std::string_view country) {
  // From each kind a leap to the next: the rows between are not read.
  const auto rows = tx.query(
      "WITH RECURSIVE found (kind) AS ("
      "SELECT min(kind) FROM available_number WHERE kind >= $1 AND kind <= $2 UNION ALL "
      "SELECT (SELECT min(next.kind) FROM available_number AS next "
      "WHERE next.kind > found.kind AND next.kind <= $3) FROM found WHERE found.kind IS NOT NULL) "
      "SELECT kind FROM found WHERE kind IS NOT NULL",
      OfferKind::least_code(country), OfferKind::largest_code(country),
      OfferKind::largest_code(country));
  std::vector<OfferKind> kinds;
  while (rows->next()) {
    if (auto kind = OfferKind::parse(rows->text(0))) kinds.push_back(std::move(*kind));
  }
  return kinds;
}

std::vector<std::string> digits_on_offer(storage::Transaction& tx, const OfferKind& kind,
                                         bool reversed, std::string_view first,
                                         std::string_view last, std::int64_t most) {
  const auto rows = reversed ? tx.query(
                                   "SELECT reversed FROM available_number WHERE kind = $1 "
                                   "AND reversed >= $2 AND reversed <= $3 "
                                   "ORDER BY reversed LIMIT $4",
                                   kind.code(), first, last, most)
                             : tx.query(
                                   "SELECT number FROM available_number WHERE kind = $1 "
                                   "AND number >= $2 AND number <= $3 "
                                   "ORDER BY number LIMIT $4",
                                   kind.code(), first, last, most);
  std::vector<std::string> found;
  while (rows->next()) found.emplace_back(rows->text(0));
  return found;
}

std::vector<Offer> find_offers(storage::Transaction& tx, std::span<const std::string> digits) {
  std::vector<Offer> offers;
  if (digits.empty()) return offers;
  const auto rows =
      tx.query_text(fmt::format("SELECT number, kind, carrier, price_micros FROM available_number "
                                "WHERE number IN ({})",
                                marks(digits.size())),
                    parameters(digits));
  while (rows->next()) offers.push_back(read_row(*rows));
  return offers;
}

std::optional<Offer> take_offer(storage::Transaction& tx, const PhoneNumber& number) {
  const auto rows = tx.query(
      "DELETE FROM available_number WHERE number = $1 "
      "RETURNING number, kind, carrier, price_micros",
      number.digits());
  if (!rows->next()) return std::nullopt;
  auto offer = read_row(*rows);
  while (rows->next()) {
  }
  return offer;
}

void put_offers(storage::Transaction& tx, std::span<const Offer> offers) {
  if (offers.empty()) return;
  std::vector<std::string> texts;  // of the rows' parameters
  std::vector<storage::Parameter> values;
  texts.reserve(offers.size() * 2);
  values.reserve(offers.size() * 5);
  std::string sql =
      "INSERT INTO available_number (number, reversed, kind, carrier, price_micros) VALUES ";
  for (const auto& offer : offers) {
    const auto at = values.size();
    fmt::format_to(std::back_inserter(sql), "{}(${}, ${}, ${}, ${}, ${})", at == 0 ? "" : ", ",
                   at + 1, at + 2, at + 3, at + 4, at + 5);
    values.push_back(storage::to_parameter(offer.number.digits()));
    values.push_back(storage::to_parameter(texts.emplace_back(reversed(offer.number.digits()))));
    values.push_back(storage::to_parameter(texts.emplace_back(offer.kind.code())));
    values.push_back(storage::to_parameter(offer.carrier));
    values.push_back(offer.monthly_price ? storage::to_parameter(offer.monthly_price->micros)
                                         : storage::Parameter());
  }
  sql +=
      " ON CONFLICT (number) DO UPDATE SET kind = excluded.kind, carrier = excluded.carrier, "
      "price_micros = excluded.price_micros RETURNING number";
  const auto rows = tx.query_text(sql, values);
  while (rows->next()) {
  }
}

std::int64_t remove_offers(storage::Transaction& tx, std::span<const std::string> digits) {
  if (digits.empty()) return 0;
  const auto rows = tx.query_text(
      fmt::format("DELETE FROM available_number WHERE number IN ({}) RETURNING number",
                  marks(digits.size())),
      parameters(digits));
  std::int64_t removed = 0;
  while (rows->next()) ++removed;
  return removed;
}

std::vector<CarrierNumber> carrier_numbers(storage::Transaction& tx, std::string_view after,
                                           std::int64_t most) {
  const auto rows = tx.query(
      "SELECT number, carrier FROM available_number WHERE number > $1 ORDER BY number LIMIT $2",
      after, most);
  std::vector<CarrierNumber> found;
  while (rows->next()) found.push_back({std::string(rows->text(0)), std::string(rows->text(1))});
  return found;
}

}  // namespace cloudvno::numbers
