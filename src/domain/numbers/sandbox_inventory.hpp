// The numbers of the simulated network: only ranges that their regulators keep for fiction, so that
// no message of a test can ever concern a real subscriber.
//
// US: NPA-555-0100 to 0199 (NANPA). GB: 07700 900000-900999 and 020 7946 0000-0999 (Ofcom). FR: 06
// 39 98 00 00 to 99 99 and 01 99 00 00 00 to 99 99 (ARCEP). AU: 0491 570 006-… is short, so 02 5550
// 0000-… of ACMA is used.
#pragma once

#include <optional>
#include <string_view>

#include "domain/numbers/find_offers.hpp"
#include "domain/numbers/offer.hpp"

namespace cloudvno::numbers {

inline constexpr std::string_view sandbox_carrier = "sandbox";

// A number drawn at random from a country's ranges, whoever holds it; nothing if the country has
// none. The handsets' own numbers (+1 201 555 01xx) are never drawn.
std::optional<Offer> draw_sandbox_number(std::string_view country);

// The offer of a number of these ranges; nothing for any other and for the handsets' own.
std::optional<Offer> sandbox_offer(const PhoneNumber& number);

bool is_sandbox_number(const PhoneNumber& number);

// Those that fit and that nobody holds and that do not rest, from a random one on. The ranges hold
// 34,000 numbers, so they are looked through.
OfferList find_sandbox_offers(storage::Transaction& tx, const vault::Vault& vault,
                              const OfferQuery& query);

}  // namespace cloudvno::numbers
