// /v1/incoming_phone_numbers: buy, list, read, configure and release the numbers of an account
// (product.md section 3).
#include "domain/numbers/numbers_api.hpp"

#include <boost/json/serialize.hpp>

#include "domain/api/page.hpp"
#include "domain/numbers/buy_number.hpp"
#include "domain/numbers/number_input.hpp"
#include "domain/numbers/number_json.hpp"
#include "domain/numbers/number_store.hpp"
#include "domain/numbers/release_number.hpp"

namespace cloudvno::numbers {
namespace {

// By SID, by E.164 ("+" may come as %2B) or by short code; of the caller's account and mode only.
Result<Number> find_own(storage::Transaction& tx, const vault::Vault& vault,
                        const api::Caller& caller, const std::string& argument,
                        storage::RowLock lock = storage::RowLock::none) {
  Result<Number> number = fail(Errc::not_found);
  if (const auto sid = NumberSid::parse(argument)) {
    number = find_number(tx, *caller.keys, caller.account, *sid, lock);
  } else if (const auto e164 = PhoneNumber::parse_sender(argument)) {
    number = find_number(tx, vault, *caller.keys, caller.account, *e164, lock);
  }
  if (number && number->live != caller.live) return fail(Errc::not_found);
  return number;
}

// A number's events: it is provisioned once, and released at most once.
void tell(storage::Transaction& tx, const webhooks::Webhooks& webhooks, const vault::Keys& keys,
          const Number& number, std::string_view type, std::int64_t sequence, Time now,
          std::vector<webhooks::Delivery>& told) {
  webhooks::Event event;
  event.account = number.account;
  event.live = number.live;
  event.type = type;
  event.resource_sid = number.sid.str();
  event.sequence = sequence;
  event.data = json::serialize(to_json(number));
  event.created_at = now;
  webhooks.outbox().record(tx, keys, std::move(event), told);
}

net::Task<Result<api::Answer>> buy(api::Request& request, const vault::Vault& vault,
                                   webhooks::Webhooks& webhooks) {
  auto in = request.input();
  Purchase purchase;
  purchase.account = request.account();
  purchase.live = request.caller->live;
  CO_TRY_ASSIGN(purchase.number, in.optional_sender("phone_number"));
  CO_TRY_ASSIGN(purchase.any, read_offer_query(in));
  CO_TRY_ASSIGN(const auto settings, SettingsChange::read(in));
  CO_TRY(in.finish());
  settings.apply(purchase.settings);
  if (!purchase.number && purchase.any.area_code.empty()) {
    co_return fail(Errc::missing_parameter,
                   "Give `phone_number`, or `area_code` for any number of it.", "phone_number");
  }
  if (purchase.number && purchase.any.narrows()) {
    co_return fail(Errc::invalid_parameter,
                   "With `phone_number` there is nothing to choose: leave out what describes a "
                   "number.",
                   "phone_number");
  }
  std::vector<webhooks::Delivery> told;
  auto answer = co_await request.commit([&](storage::Transaction& tx) -> Result<api::Answer> {
    told.clear();
    TRY_ASSIGN(const auto number,
               buy_number(tx, vault, *request.caller->keys, purchase, request.received));
    tell(tx, webhooks, *request.caller->keys, number, "number.provisioned", 1, request.received,
         told);
    return api::Answer::json(201, to_json(number));
  });
  if (answer && !answer->replayed) webhooks.kept(std::move(told));
  co_return answer;
}

net::Task<Result<api::Answer>> list(api::Request& request, const vault::Vault& vault) {
  auto in = request.input();
  CO_TRY_ASSIGN(const auto page, api::read_page_query(in, "PN", "PN"));
  CO_TRY_ASSIGN(const auto number, in.optional_sender("phone_number"));
  CO_TRY_ASSIGN(const auto country, in.optional_text("country", 2));
  CO_TRY_ASSIGN(const auto type, in.optional_word("type", number_types));
  CO_TRY_ASSIGN(const auto created_after, in.optional_time("created_after"));
  CO_TRY_ASSIGN(const auto created_before, in.optional_time("created_before"));
  CO_TRY(in.finish());
  api::Conditions conditions;
  conditions.add_owner(request.account(), request.caller->live);
  if (number) conditions.add("number_index", number_index(vault, *number));
  if (country) conditions.add("country", *country);
  if (type) conditions.add("type", *type);
  if (created_after) conditions.add_made_from(*created_after);
  if (created_before) conditions.add_made_before(*created_before);
  conditions.add_page(page);
  CO_TRY_ASSIGN(const auto numbers, co_await request.database.read([&](storage::Transaction& tx) {
    return list_numbers(tx, *request.caller->keys, conditions, page);
  }));
  std::vector<json::object> rows;
  for (const auto& each : numbers) rows.push_back(to_json(each));
  co_return api::page_answer(page, std::move(rows), request.raw.path, request.raw.query);
}

net::Task<Result<api::Answer>> read(api::Request& request, const vault::Vault& vault) {
  auto in = request.input();
  CO_TRY(in.finish());
  CO_TRY_ASSIGN(const auto number, co_await request.database.read([&](storage::Transaction& tx) {
    return find_own(tx, vault, *request.caller, request.path_arguments[0]);
  }));
  co_return api::Answer::json(200, to_json(number));
}

net::Task<Result<api::Answer>> update(api::Request& request, const vault::Vault& vault,
                                      const Clock& clock) {
  auto in = request.input();
  CO_TRY_ASSIGN(const auto change, SettingsChange::read(in));
  CO_TRY(in.finish());
  CO_TRY_ASSIGN(const auto number,
                co_await request.database.transact([&](storage::Transaction& tx) -> Result<Number> {
                  TRY_ASSIGN(auto found,
                             find_own(tx, vault, *request.caller, request.path_arguments[0],
                                      storage::RowLock::wait));
                  change.apply(found.settings);
                  found.updated_at = clock.now();
                  if (!update_settings(tx, *request.caller->keys, found)) {
                    return fail(Errc::not_found);
                  }
                  return found;
                }));
  co_return api::Answer::json(200, to_json(number));
}

net::Task<Result<api::Answer>> release(api::Request& request, const vault::Vault& vault,
                                       webhooks::Webhooks& webhooks, const Clock& clock) {
  auto in = request.input();
  CO_TRY(in.finish());
  std::vector<webhooks::Delivery> told;
  CO_TRY(co_await request.database.transact([&](storage::Transaction& tx) -> Result<> {
    told.clear();
    TRY_ASSIGN(const auto found, find_own(tx, vault, *request.caller, request.path_arguments[0]));
    TRY(release_number(tx, vault, found, clock.now()));
    tell(tx, webhooks, *request.caller->keys, found, "number.released", 2, clock.now(), told);
    return {};
  }));
  webhooks.kept(std::move(told));
  co_return api::Answer::empty();
}

}  // namespace

void mount_numbers(api::Api& api, const vault::Vault& vault, webhooks::Webhooks& webhooks,
                   const Clock& clock) {
  using enum api::Scope;
  const auto group = api::RateGroup::numbers;
  mount_available_numbers(api, vault);
  api.add({"POST", "/v1/incoming_phone_numbers", numbers_write, group, true,
           [&vault, &webhooks](api::Request& request) { return buy(request, vault, webhooks); }});
  api.add({"GET", "/v1/incoming_phone_numbers", numbers_read, group, false,
           [&vault](api::Request& request) { return list(request, vault); }});
  api.add({"GET", "/v1/incoming_phone_numbers/{sid}", numbers_read, group, false,
           [&vault](api::Request& request) { return read(request, vault); }});
  api.add({"POST", "/v1/incoming_phone_numbers/{sid}", numbers_write, group, false,
           [&vault, &clock](api::Request& request) { return update(request, vault, clock); }});
  api.add({"DELETE", "/v1/incoming_phone_numbers/{sid}", numbers_write, group, false,
           [&vault, &webhooks, &clock](api::Request& request) {
             return release(request, vault, webhooks, clock);
           }});
}

}  // namespace cloudvno::numbers
