// SQL of the table resting_number.
#include "domain/numbers/resting_store.hpp"

#include <fmt/format.h>

#include <charconv>

#include "domain/numbers/number_store.hpp"
#include "domain/numbers/offer_store.hpp"
#include "domain/numbers/sandbox_inventory.hpp"

namespace cloudvno::numbers {
namespace {

vault::Place place(const std::string& row) {
  return {"resting_number", "offer_sealed", row};
}

}  // namespace

void begin_rest(storage::Transaction& tx, const vault::Vault& vault, const Offer& offer, Time now) {
  const auto index = number_index(vault, offer.number);
  tx.run(
      "INSERT INTO resting_number (number_index, offer_sealed, offered_again, rest_until) "
      "VALUES ($1, $2, $3, $4) ON CONFLICT (number_index) DO UPDATE SET "
      "offer_sealed = excluded.offer_sealed, offered_again = excluded.offered_again, "
      "rest_until = excluded.rest_until",
      index, vault.instance().seal(place(to_hex(index)), print_offer(offer)),
      offer.carrier != sandbox_carrier, now + rest_of_numbers);
}

bool is_resting(storage::Transaction& tx, const vault::Vault& vault, const PhoneNumber& number) {
  return tx
      .query("SELECT rest_until FROM resting_number WHERE number_index = $1",
             number_index(vault, number))
      ->next();
}

std::set<Bytes> find_resting(storage::Transaction& tx, std::span<const Bytes> indexes) {
  return find_indexes(tx, "SELECT number_index FROM resting_number WHERE number_index IN ",
                      indexes);
}

void change_resting(storage::Transaction& tx, const vault::Vault& vault, const Offer& offer) {
  const auto index = number_index(vault, offer.number);
  tx.run("UPDATE resting_number SET offer_sealed = $2, offered_again = $3 WHERE number_index = $1",
         index, vault.instance().seal(place(to_hex(index)), print_offer(offer)), true);
}

void take_back_resting(storage::Transaction& tx, const vault::Vault& vault,
                       const PhoneNumber& number) {
  tx.run("UPDATE resting_number SET offered_again = $2 WHERE number_index = $1",
         number_index(vault, number), false);
}

Result<RestingPage> list_resting(storage::Transaction& tx, const vault::Vault& vault,
                                 const Bytes& after, std::int64_t most) {
  RestingPage page;
  const auto rows = tx.query(
      "SELECT number_index, offer_sealed, offered_again FROM resting_number "
      "WHERE number_index > $1 ORDER BY number_index LIMIT $2",
      after, most);
  std::int64_t read = 0;
  for (; rows->next(); ++read) {
    page.last = rows->copy_bytes(0);
    if (!rows->boolean(2)) continue;
    TRY_ASSIGN(const auto text, vault.instance().open(place(to_hex(page.last)), rows->bytes(1)));
    if (auto offer = read_offer(text)) page.offers.push_back(std::move(*offer));
  }
  if (read < most) page.last.clear();
  return page;
}

void rest_unread(storage::Transaction& tx, const AccountSid& account, Time now) {
  // The offer is never opened, since it is not offered again.
  tx.run(
      "INSERT INTO resting_number (number_index, offer_sealed, offered_again, rest_until) "
      "SELECT number_index, $2, $3, $4 FROM incoming_number WHERE account_sid = $1 "
      "ON CONFLICT (number_index) DO NOTHING",
      account, Bytes(), false, now + rest_of_numbers);
}

Result<std::int64_t> end_rests(storage::Transaction& tx, const vault::Vault& vault, Time now,
                               std::int64_t most) {
  std::vector<Offer> offers;
  std::int64_t gone = 0;
  {
    // Of several processes that do this at one time, each gets other rows.
    const auto rows = tx.query(
        "DELETE FROM resting_number WHERE number_index IN (SELECT number_index FROM resting_number "
        "WHERE rest_until <= $1 ORDER BY rest_until LIMIT $2) "
        "RETURNING number_index, offer_sealed, offered_again",
        now, most);
    while (rows->next()) {
      ++gone;
      if (!rows->boolean(2)) continue;
      TRY_ASSIGN(const auto text,
                 vault.instance().open(place(to_hex(rows->bytes(0))), rows->bytes(1)));
      if (auto offer = read_offer(text)) offers.push_back(std::move(*offer));
    }
  }
  put_offers(tx, offers);
  return gone;
}

}  // namespace cloudvno::numbers
