// /v1/available_phone_numbers: search what can be bought (product.md section 3).
#include <boost/json/array.hpp>

#include "domain/numbers/number_input.hpp"
#include "domain/numbers/number_json.hpp"
#include "domain/numbers/numbers_api.hpp"
#include "domain/numbers/sandbox_inventory.hpp"

namespace cloudvno::numbers {
namespace {

net::Task<Result<api::Answer>> search(api::Request& request, const vault::Vault& vault) {
  auto in = request.input();
  CO_TRY_ASSIGN(auto query, read_offer_query(in));
  CO_TRY_ASSIGN(const auto limit, in.optional_integer("limit", 1, 1'000));
  CO_TRY(in.finish());
  query.limit = limit.value_or(query.limit);
  CO_TRY_ASSIGN(const auto found,
                co_await request.database.read([&](storage::Transaction& tx) -> Result<OfferList> {
                  return request.caller->live ? find_offers(tx, query)
                                              : find_sandbox_offers(tx, vault, query);
                }));
  json::array data;
  for (const auto& offer : found.offers) data.emplace_back(to_json(offer));
  // There is no next page of a choice made at random; `has_more` says that others fit too.
  co_return api::Answer::json(
      200, {{"data", std::move(data)}, {"has_more", found.more}, {"next", nullptr}});
}

}  // namespace

void mount_available_numbers(api::Api& api, const vault::Vault& vault) {
  api.add({"GET", "/v1/available_phone_numbers", api::Scope::numbers_read, api::RateGroup::numbers,
           false, [&vault](api::Request& request) { return search(request, vault); }});
}

}  // namespace cloudvno::numbers
